import contentDisposition from 'content-disposition'
import type { FileInfo } from '../../core/files.ts'

/**
 * Whatever a file holds, a browser that opens it runs nothing of it, and no page of another site can use it: files come from
 * processes and from strangers, and lie on the same origin as the host's own pages.
 */
export const GUARDED: Readonly<Record<string, string>> = Object.freeze({
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'",
  'cross-origin-resource-policy': 'same-origin',
})

/** A Content-Disposition. Names of files may hold what no header can. */
export function disposition(type: 'inline' | 'attachment', path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  // oxlint-disable-next-line no-control-regex -- those are meant
  return contentDisposition(name.replaceAll(/[\u0000-\u001f\u007f]/g, '_'), { type })
}

/** The strong ETag of a file, whatever its store's tags are made of. */
export function fileTag(tag: string): string {
  return `"${encodeURIComponent(tag)}"`
}

/** A Last-Modified; the second in which a file was modified is told, and no more. */
export function lastModified({ modifiedAt }: Pick<FileInfo, 'modifiedAt'>): string {
  return new Date(modifiedAt).toUTCString()
}
