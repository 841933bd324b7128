/**
 * The package as `npm run build` made it, because what runs TypeScript directly makes each function slower; with the
 * types of the source, so that nothing has to be built for checking them.
 */
const folder = new URL('../../dist/src/', import.meta.url)

async function part(path: string): Promise<unknown> {
  return import(new URL(path, folder).href)
}

export async function builtMain(): Promise<typeof import('../../src/index.ts')> {
  return (await part('index.js')) as typeof import('../../src/index.ts')
}

export async function builtRest(): Promise<typeof import('../../src/rest/index.ts')> {
  return (await part('rest/index.js')) as typeof import('../../src/rest/index.ts')
}
