import type { FanOutArguments, FanOutItem } from '../../src/animators/fanout/index.ts'
import { FIRMWARE, UPDATE } from './controllers/controller.ts'
import type { Controller } from './controllers/roll.ts'

/** The arguments of the task that asks all controllers for their firmware. Whose they are comes back in each item's `id`. */
export function survey(controllers: readonly Controller[]): FanOutArguments {
  return {
    source: {
      secret: 'bmc',
      timeout: { total: '5s', connect: '2s', headers: '3s', body: '2s' },
      retry: { limit: 2, backoff: '200ms' },
      keep: { body: 1_000 },
    },
    items: controllers.map(({ name, url }) => ({ id: name, url: url + FIRMWARE })),
  }
}

/** Those of an update: one POST to each, which is sent once and no more, because a second one would begin anew. */
export function update(
  controllers: readonly Controller[],
  version: string,
  limits: { readonly concurrency?: number; readonly maxFailures?: number },
): FanOutArguments {
  return {
    source: {
      method: 'POST',
      secret: 'bmc',
      json: { ImageURI: `https://images.example/bmc-${version}.bin` },
      timeout: { total: '20s', connect: '2s' },
      keep: { body: 1_000 },
    },
    items: controllers.map(({ name, url }) => ({ id: name, url: url + UPDATE })),
    ...limits,
  }
}

/** The version that a controller told; undefined where it told none. */
export function versionIn({ state, body, truncated }: FanOutItem): string | undefined {
  if (state !== 'SUCCEEDED' || body === undefined || truncated === true) return undefined
  try {
    const { Version: version } = JSON.parse(body) as { Version?: unknown }
    return typeof version === 'string' ? version : undefined
  } catch {
    return undefined
  }
}

/** Whether `a` comes before `b`, as in 1.9.0 and 1.10.0. */
export function isOlder(a: string, b: string): boolean {
  const [as, bs] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]]
  for (const [i, part] of as.entries()) if (part !== (bs[i] ?? 0)) return part < (bs[i] ?? 0)
  return as.length < bs.length
}
