import { closeSync, openSync, readSync } from 'node:fs'
import { MajordomoError } from '../../core/errors.ts'

/** 'MjDm': files that are ours say so in their header. */
export const APPLICATION_ID = 0x4d6a446d

const SIZE = 100
const MAGIC = 'SQLite format 3\0'
/** Where they are, as SQLite's file format has it: big-endian numbers of 4 bytes. */
const USER_VERSION = 60
const APPLICATION = 68

/**
 * What the header of the file says: its version, or undefined where there is nothing yet. It is read without SQLite,
 * which would touch the file and lock it.
 * @throws {MajordomoError} `engine-unavailable` where the file is something else
 */
export function versionInHeader(file: string): number | undefined {
  const header = headerOf(file)
  if (header === undefined || header.length === 0) return undefined
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC || header.length < SIZE)
    throw new MajordomoError('engine-unavailable', `${file} is not a SQLite database`)
  if (header.readUInt32BE(APPLICATION) !== APPLICATION_ID)
    throw new MajordomoError('engine-unavailable', `${file} is a database of something else`)
  return header.readUInt32BE(USER_VERSION)
}

function headerOf(file: string): Buffer | undefined {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch {
    // It does not exist, or SQLite will tell why it cannot be opened.
    return undefined
  }
  try {
    const header = Buffer.alloc(SIZE)
    return header.subarray(0, readSync(descriptor, header, 0, SIZE, 0))
  } catch {
    return undefined
  } finally {
    closeSync(descriptor)
  }
}
