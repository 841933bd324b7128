import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Tokens } from './tokens.ts'

const run = promisify(execFile)
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/**
 * Keys, certificates and tokens for trying the service out, in a folder that only this user can read: `ca.pem`, `server.pem`,
 * `server.key`, `client.pem`, `client.key`, `reader.jwt`, `writer.jwt`. None of them outlives the service. A real one has its
 * certificates from its authority, and its tokens from whoever signs people in.
 */
export async function makeCredentials(tokens: Tokens): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'job-worker-'))
  try {
    await openssl(folder, [
      'req',
      '-x509',
      ...KEY,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-subj',
      '/CN=job-worker CA',
    ])
    await signed(folder, 'server', 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n')
    await signed(folder, 'client', 'extendedKeyUsage=clientAuth\n')
    // Nothing more is signed.
    await rm(join(folder, 'ca.key'))
    for (const role of ['reader', 'writer'] as const)
      await writeFile(join(folder, `${role}.jwt`), await tokens.issue(`the ${role}`, role), { mode: 0o600 })
    return folder
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function signed(folder: string, name: string, extensions: string): Promise<void> {
  await writeFile(join(folder, `${name}.ext`), extensions)
  const request = ['-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`]
  await openssl(folder, ['req', ...KEY, ...request])
  const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', `${name}.ext`]
  await openssl(folder, ['x509', '-req', '-in', `${name}.csr`, ...signer, '-out', `${name}.pem`])
}

async function openssl(folder: string, args: readonly string[]): Promise<void> {
  try {
    await run('openssl', args, { cwd: folder })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new Error('the program openssl is needed to make certificates', { cause: error })
  }
}
