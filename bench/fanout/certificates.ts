import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ADDRESSES } from './sizes.ts'

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '2']

/** A folder with an authority, and with a certificate of it for the target and for its clients; it goes with the process. */
export function madeCertificates(): string {
  const folder = mkdtempSync(join(tmpdir(), 'majordomo-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  openssl('req', '-x509', ...CURVE, '-subj', '/CN=bench', '-keyout', 'ca.key', '-out', 'ca.pem')
  const addresses = Array.from({ length: ADDRESSES }, (_, i) => `IP:127.0.0.${i + 1}`)
  writeFileSync(join(folder, 'names'), `subjectAltName=${addresses.join(',')}`)
  for (const name of ['server', 'client']) {
    openssl('req', ...CURVE, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`)
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names']
    openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-out', `${name}.pem`)
  }
  return folder
}

export function certificates(folder: string, name: 'server' | 'client') {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  return { ca: read('ca.pem'), cert: read(`${name}.pem`), key: read(`${name}.key`) }
}
