import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Habit } from './habits.ts'
import { isLiar, lie } from './lies.ts'
import { firstVersion } from './roll.ts'

export const FIRMWARE = '/redfish/v1/UpdateService/FirmwareInventory/BMC'
export const UPDATE = '/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate'

/** Nobody sends more than an update's few words. */
const LONGEST_BODY = 10_000

/**
 * A fake management controller, a little like Redfish: it tells its firmware's version, and updates it. A real one answers an
 * update by 202 and a task of its own; this one holds the answer until it is done, so that there are long requests in flight.
 */
export class Controller {
  #version: string
  /** How often it was updated: somebody who sends an update twice is found out. */
  #updates = 0
  readonly #asked = new Set<string>()

  constructor(
    readonly index: number,
    readonly habit: Habit,
    /** The only value of the Authorization header that it takes. */
    readonly authorization: string,
  ) {
    this.#version = firstVersion(index)
  }

  /** Answers a request, or does not, by its habit. */
  readonly answer = (req: IncomingMessage, res: ServerResponse): void => {
    if (this.habit === 'silent') return
    if (this.habit === 'broken') return reply(res, 500, { error: 'out of order' })
    if (isLiar(this.habit)) return lie(this.habit, req, res)
    if (this.habit === 'busy' && this.#firstTime(`${req.method} ${req.url}`)) {
      res.setHeader('retry-after', '1')
      return reply(res, 503, { error: 'busy' })
    }
    // Up to 1.5 s; always the same for the same one.
    const pause = this.habit === 'slow' ? 300 + ((this.index * 53) % 1_200) : 0
    setTimeout(() => this.#honest(req, res), pause)
  }

  #firstTime(what: string): boolean {
    if (this.#asked.has(what)) return false
    this.#asked.add(what)
    return true
  }

  #honest(req: IncomingMessage, res: ServerResponse): void {
    if (req.headers.authorization !== this.authorization) return reply(res, 401, { error: 'who are you?' })
    if (req.method === 'GET' && req.url === FIRMWARE) return reply(res, 200, this.#firmware())
    if (req.method === 'POST' && req.url === UPDATE) return this.#update(req, res)
    reply(res, 404, { error: 'not found' })
  }

  #firmware(): object {
    return { '@odata.id': FIRMWARE, Id: 'BMC', Version: this.#version, Updates: this.#updates }
  }

  #update(req: IncomingMessage, res: ServerResponse): void {
    let text = ''
    req.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
      if (text.length > LONGEST_BODY) req.destroy()
    })
    req.on('end', () => {
      const version = versionIn(text)
      if (version === undefined) return reply(res, 400, { error: 'ImageURI must name a version' })
      // Some 200 to 700 ms, as if an image were written.
      setTimeout(() => this.#updated(version, req, res), 200 + ((this.index * 37) % 500))
    })
  }

  #updated(version: string, req: IncomingMessage, res: ServerResponse): void {
    this.#version = version
    this.#updates++
    if (this.habit === 'hangs-up') req.socket.resetAndDestroy()
    else reply(res, 200, this.#firmware())
  }
}

/** `https://images.example/bmc-2.0.0.bin` names 2.0.0. */
function versionIn(text: string): string | undefined {
  try {
    const { ImageURI: image } = JSON.parse(text) as { ImageURI?: unknown }
    return /bmc-(\d+\.\d+\.\d+)\.bin$/.exec(String(image))?.[1]
  } catch {
    return undefined
  }
}

function reply(res: ServerResponse, status: number, body: object): void {
  if (res.destroyed) return
  const text = JSON.stringify(body)
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length }).end(text)
}
