import { Redis } from 'ioredis'

/** A client of a Redis that holds nothing any more. */
export async function emptied(url) {
  const client = new Redis(url)
  await client.flushall()
  return client
}

/** The CPU time of a Redis server so far, in µs. */
export async function redisCpu(client) {
  const info = await client.info('cpu')
  const of = (name) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)[1])
  return (of('used_cpu_user') + of('used_cpu_sys')) * 1e6
}
