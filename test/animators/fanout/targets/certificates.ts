import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** PEM texts that fit each other, made anew for each start. */
export interface Certificates {
  /** Who signed the targets' certificates, and the one of `client`. */
  readonly ca: string
  readonly client: { readonly cert: string; readonly key: string }
  /** Signed by somebody whom the targets do not know. */
  readonly stranger: { readonly cert: string; readonly key: string }
  /** Who signed nothing of the targets. */
  readonly strangerCa: string
}

const run = promisify(execFile)
/** Handshakes are cheap with it, so that tests count connections and not patience. */
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** Writes them into a folder, for the targets to read. @throws when there is no program `openssl` */
export async function makeCertificates(folder: string, addresses: readonly string[]): Promise<Certificates> {
  const names = ['DNS:localhost', 'DNS:*.targets.test', ...addresses.map((address) => `IP:${address}`)]
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder })

  const authority = async (name: string) => {
    await openssl(
      'req',
      '-x509',
      ...KEY,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-subj',
      `/CN=${name}`,
    )
  }
  const signed = async (name: string, by: string, extensions: string) => {
    await writeFile(join(folder, `${name}.ext`), extensions)
    await openssl('req', ...KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    const signer = ['-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-set_serial', serial(name)]
    await openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...signer,
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    )
  }
  await Promise.all([authority('ca'), authority('stranger-ca')])
  await Promise.all([
    signed('server', 'ca', `subjectAltName=${names.join(',')}\nextendedKeyUsage=serverAuth`),
    signed('client', 'ca', 'extendedKeyUsage=clientAuth'),
    signed('stranger', 'stranger-ca', 'extendedKeyUsage=clientAuth'),
  ])

  const text = (file: string) => readFile(join(folder, file), 'utf8')
  return {
    ca: await text('ca.pem'),
    client: { cert: await text('client.pem'), key: await text('client.key') },
    stranger: { cert: await text('stranger.pem'), key: await text('stranger.key') },
    strangerCa: await text('stranger-ca.pem'),
  }
}

/** One signer may not give a serial twice (RFC 5280, section 4.1.2.2). */
function serial(name: string): string {
  return `0x${Buffer.from(name).toString('hex')}`
}
