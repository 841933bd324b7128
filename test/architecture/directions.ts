/** A part of src, what it may import, and why. */
export interface Layer {
  /** Files and folders, below src. */
  readonly parts: readonly string[]
  /** Layers and folders of ours that it may import, apart from itself. */
  readonly may: readonly string[]
  /** Packages, and modules of Node, that it may import. */
  readonly packages: readonly string[]
  /** Completes "…, because …". */
  readonly because: string
}

/** Dependencies point one way. A new folder in src gets its line here first. */
export const LAYERS: readonly Layer[] = [
  {
    parts: ['core'],
    may: [],
    packages: ['node:async_hooks', 'node:crypto', 'node:util'],
    because: 'everything else stands on the core, and it does no I/O',
  },
  {
    parts: ['engine/contract.ts', 'engine/contract', 'engine/runtime.ts'],
    may: ['core'],
    packages: [],
    because: 'the contract lies between manager and engines and knows neither',
  },
  {
    parts: ['engine/shared'],
    may: ['core', 'engine/contract.ts'],
    packages: [],
    because: 'what engines have in common is plain data, and knows none of them',
  },
  {
    parts: ['engine/memory'],
    may: ['core', 'engine/contract.ts', 'engine/runtime.ts', 'engine/shared'],
    packages: ['node:crypto'],
    because: 'an engine remembers and the manager decides, so an engine knows only the contract',
  },
  {
    parts: ['engine/sqlite'],
    may: ['core', 'engine/contract.ts', 'engine/runtime.ts', 'engine/shared'],
    packages: ['node:*', '@photostructure/sqlite'],
    because: 'an engine remembers and the manager decides, so an engine knows only the contract',
  },
  {
    parts: ['engine/redis'],
    may: ['core', 'engine/contract.ts', 'engine/runtime.ts', 'engine/shared'],
    packages: ['node:*', 'ioredis'],
    because: 'an engine remembers and the manager decides, so an engine knows only the contract',
  },
  {
    parts: ['schedule'],
    may: ['core'],
    packages: ['croner'],
    because: 'reading the calendar needs neither tasks nor an engine',
  },
  {
    parts: ['manager'],
    may: ['core', 'schedule', 'engine/contract.ts', 'engine/runtime.ts'],
    packages: ['node:*', 'ajv', 'ajv-formats'],
    because: 'the manager runs on any engine, so it names none',
  },
  {
    parts: [
      'animators/fanout/rules',
      'animators/fanout/request.ts',
      'animators/fanout/prepared.ts',
      'animators/fanout/item.ts',
    ],
    may: ['core'],
    packages: ['node:crypto', 'node:dns', 'node:http', 'node:net', 'node:path'],
    because: 'the rules of a fan-out are worked out without a connection',
  },
  {
    parts: ['animators/fanout/lanes'],
    may: ['core', 'animators/fanout/rules', 'animators/fanout/prepared.ts'],
    packages: ['node:*', 'undici'],
    because: 'connections know what goes over them, and not whose list it is',
  },
  {
    parts: ['animators/fanout/room'],
    may: [
      'core',
      'animators/fanout/rules',
      'animators/fanout/lanes',
      'animators/fanout/request.ts',
      'animators/fanout/prepared.ts',
      'animators/fanout/item.ts',
    ],
    packages: ['node:*', 'undici'],
    because: 'lists of requests can be sent without any task',
  },
  {
    parts: ['animators/fanout/task', 'animators/fanout/index.ts'],
    may: ['core', 'animators/fanout'],
    packages: [],
    because: 'the fan-out as a task uses what any animator could',
  },
  {
    parts: ['machine'],
    may: [],
    packages: ['node:*'],
    because: 'what the machine tells of its processes has to do with none of ours',
  },
  {
    parts: ['files/record'],
    may: ['core'],
    packages: ['node:*'],
    because: 'records are written where processes are started, which may be a process of its own',
  },
  {
    parts: ['files'],
    may: ['core', 'machine'],
    packages: ['node:*', 'tar-stream'],
    because: 'a store of files is told which task they are for, and knows nothing else of it',
  },
  {
    parts: ['animators/process'],
    may: ['core', 'machine', 'files/record'],
    packages: ['node:*'],
    because: 'the process runner uses what any animator could',
  },
  {
    parts: ['testing'],
    may: ['core', 'engine/contract.ts'],
    packages: ['node:*', 'fast-check'],
    because: 'the conformance suite is handed the engine that it tries',
  },
  {
    parts: ['rest'],
    may: ['core', 'generated'],
    packages: [
      'node:*',
      '@fastify/busboy',
      'content-disposition',
      'express',
      'express-openapi-validator',
      'mime-types',
      'swagger-ui-express',
    ],
    because: 'the API is handed a manager and uses only what any caller of it could',
  },
  {
    parts: ['winston'],
    may: ['core', 'generated'],
    packages: ['node:*', 'winston', 'winston-transport', 'logform', 'triple-beam'],
    because: 'logging needs the current task and nothing of how it runs',
  },
  {
    parts: ['client'],
    may: ['generated'],
    packages: ['openapi-fetch', 'eventsource-parser', 'abort-controller-x'],
    because: 'the client is a REST user like any other, and runs in browsers',
  },
  {
    parts: ['index.ts'],
    may: ['core', 'manager', 'engine/memory', 'engine/contract.ts', 'files'],
    packages: [],
    because: 'the index only names what is public and picks the default engine',
  },
]
