import type { Request, RequestHandler, Response } from 'express'
import { createRequire } from 'node:module'
import { sendEmpty } from './send.ts'

/** The page runs nothing but its own files; Swagger UI brings its small pictures as data. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'private, no-cache',
}

/** All that the page refers to is told relative to it: it works under any mount and behind any proxy's prefix. */
const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Majordomo API</title>
    <link rel="icon" type="image/png" href="favicon-32x32.png">
    <link rel="stylesheet" href="swagger-ui.css">
    <script src="swagger-ui-bundle.js" defer></script>
    <script src="start.js" defer></script>
  </head>
  <body>
    <div id="swagger-ui"></div>
  </body>
</html>
`

/** In a file of its own, because the page allows no script within it. The document is fetched with the reader's own rights. */
const START = `SwaggerUIBundle({
  url: new URL('../openapi.json', location.href).href,
  dom_id: '#swagger-ui',
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  validatorUrl: null,
})
`

const TYPES = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8' }
const ASSETS: ReadonlySet<string> = new Set(['favicon-32x32.png', 'swagger-ui.css', 'swagger-ui-bundle.js'])

/** Swagger UI at `docs/`. */
export class DocsPage {
  #assets: RequestHandler | undefined

  has(path: string): boolean {
    return (
      path === '/docs' ||
      path === '/docs/' ||
      (path.startsWith('/docs/') && this.#isFile(path.slice('/docs/'.length)))
    )
  }

  async serve(req: Request, res: Response, path: string): Promise<void> {
    if (path === '/docs')
      return sendEmpty(res, 302, { location: `docs/${req.url.slice(path.length)}`, 'content-length': '0' })
    for (const [name, value] of Object.entries(HEADERS)) res.setHeader(name, value)
    const file = path.slice('/docs/'.length)
    if (file === '') text(res, PAGE, TYPES.html)
    else if (file === 'start.js') text(res, START, TYPES.js)
    else await this.#asset(req, res, file)
  }

  #isFile(name: string): boolean {
    return name === 'start.js' || ASSETS.has(name)
  }

  /** swagger-ui-express serves the files; its own page cannot be used, because it has styles and scripts within it. */
  #asset(req: Request, res: Response, name: string): Promise<void> {
    this.#assets ??= assetsOfSwaggerUi()
    const serve = this.#assets
    return new Promise((resolve, reject) => {
      res.once('close', resolve)
      const { url } = req
      req.url = `/${name}`
      serve(req, res, (error: unknown) => {
        // A reader that leaves in the middle is no error of ours.
        if (!res.destroyed) reject(error ?? new Error(`swagger-ui-express has no ${name}`))
      })
      req.url = url
    })
  }
}

/** Loaded with the first reader of the page. */
function assetsOfSwaggerUi(): RequestHandler {
  const swagger = createRequire(import.meta.url)('swagger-ui-express') as typeof import('swagger-ui-express')
  const handlers = swagger.serveWithOptions({ index: false, redirect: false, cacheControl: false })
  return handlers.at(-1)!
}

function text(res: Response, content: string, type: string): void {
  res.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(content) })
  res.end(content)
}
