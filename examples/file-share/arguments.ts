import { Type } from '@sinclair/typebox'
import { stat } from 'node:fs/promises'
import { InvalidArguments } from '../../src/index.ts'
import { OutsideFolder, type Folder } from './folder.ts'

/** The argument that all three operations share. */
export const folderArgument = Type.Optional(
  Type.String({
    maxLength: 1000,
    description: 'Below the shared folder; all of it by default',
    examples: ['reports'],
  }),
)

/** For `validate`: what the schema cannot know. */
export async function mustBeFolder(folder: Folder, path: string): Promise<void> {
  try {
    if ((await stat(await folder.place(path))).isDirectory()) return
  } catch (error) {
    if (error instanceof OutsideFolder)
      throw new InvalidArguments([{ path: '/folder', message: error.message }])
  }
  throw new InvalidArguments([{ path: '/folder', message: `"${path}" is not a folder` }])
}
