import type { Animator, JsonSchema } from '../../../core/animator.ts'
import { InvalidArguments, invalidOption, MajordomoError } from '../../../core/errors.ts'
import type { ProcessRunnerOptions } from '../rules/options.ts'
import { processRunner } from '../task/animator.ts'
import { PROTOCOL } from './protocol.ts'
import { runPlugin, type PluginCommand } from './run.ts'

/** What is for callers who choose the command: of a plug-in the host has chosen all. */
const FOR_CALLERS = ['allow', 'shells', 'directories', 'users', 'groups', 'raiseLimits', 'leftovers'] as const

/** As for `processRunner`, without what callers may choose there. */
export interface PluginOptions extends Omit<ProcessRunnerOptions, (typeof FOR_CALLERS)[number]> {
  /** The executable, an absolute path or a name found in `path`, and what arguments it always has. */
  readonly command: PluginCommand
  /** JSON Schema (2020-12) of the task's arguments, which the plug-in reads. Without it any JSON object is taken. */
  readonly args?: JsonSchema
}

/**
 * An animator for one operation whose work an executable does, in whatever language: it reads the task as JSON from its
 * standard input and answers by lines of JSON (docs/plugins.md). What it tells as `result` becomes the task's result.
 * @example manager.register('CHECK_DISK', pluginRunner({ command: ['/opt/plugins/check-disk.py'], timeout: '1m' }))
 * @throws {MajordomoError} `invalid-option` naming the field
 */
export function pluginRunner(options: PluginOptions): Animator {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options)
  const { command: asked, args, ...rest } = options
  for (const name of FOR_CALLERS)
    if (name in rest)
      throw invalidOption(name, 'left out for a plug-in', (rest as Record<string, unknown>)[name])
  const command = commandIn(asked)
  const runner = processRunner({
    summary: `Run the plug-in ${command[0].slice(command[0].lastIndexOf('/') + 1)}`,
    ...rest,
    allow: [command[0]],
    env: withProtocol(rest.env),
  })
  // Both are methods in name only: they know what they need.
  const { args: _, validate, run, ...shared } = runner
  return {
    ...shared,
    ...(args === undefined ? {} : { args }),
    async validate(_args, context) {
      try {
        await validate!({ command }, context)
      } catch (error) {
        throw ofPlugin(error)
      }
    },
    run: (ops, place) => runPlugin(ops, command, (own) => Promise.resolve(run(own, place))),
  }
}

type Environment = NonNullable<ProcessRunnerOptions['env']>

/** What is no environment is left for the runner to refuse. */
function withProtocol(env: Environment = {}): Environment {
  if (typeof env !== 'object' || env === null || typeof (env.set ?? {}) !== 'object') return env
  return { ...env, set: { MAJORDOMO_PROTOCOL: String(PROTOCOL), ...env.set } }
}

function commandIn(value: unknown): PluginCommand {
  if (!Array.isArray(value) || value.length === 0)
    throw invalidOption('command', 'a list: an executable and its arguments', value)
  for (const [i, part] of value.entries())
    if (typeof part !== 'string' || part.includes('\0') || (i === 0 && part === ''))
      throw invalidOption(`command/${i}`, 'a text', part)
  return Object.freeze([...value]) as unknown as PluginCommand
}

/** The caller has not named the command that is at fault. */
function ofPlugin(error: unknown): unknown {
  if (!MajordomoError.is(error) || error.code !== 'invalid-arguments') return error
  return new InvalidArguments(
    `the plug-in cannot be run here: ${error.faults.map(({ message }) => message).join('; ')}`,
  )
}
