import type { JsonSchema } from '../../../core/animator.ts'
import { METHODS } from '../request.ts'
import { FIELD_VALUE, LONGEST_HEADER, MOST_HEADERS, TOKEN } from '../rules/headers.ts'
import { MOST_PARAMETERS } from '../rules/query.ts'
import { LONGEST_PEM } from '../rules/tls.ts'
import { LONGEST_URL } from '../rules/urls.ts'

/** The longest text of a body, in characters; a host's own limit on arguments is mostly lower. */
const LONGEST_BODY = 16_777_216

const duration = {
  type: ['number', 'string'],
  minimum: 0,
  maxLength: 20,
  pattern: String.raw`^\d+(\.\d+)?(ms|s|m|h|d)$`,
  examples: ['30s', 500],
}

function aDuration(description: string): JsonSchema {
  return { ...duration, description: `${description} Milliseconds, or a text such as '250ms', '10s', '5m'.` }
}

function anObject(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', additionalProperties: false, properties }
}

const pem = { type: 'string', minLength: 1, maxLength: LONGEST_PEM, pattern: '-----BEGIN ' }
const headerValue = { type: 'string', maxLength: LONGEST_HEADER, pattern: FIELD_VALUE }

const timeout: JsonSchema = {
  ...anObject({
    total: aDuration('From its turn to its end, all retries and waits between them; 30 s by default.'),
    connect: aDuration('Until the connection stands, name resolution included; 10 s by default.'),
    tls: aDuration('For the TLS handshake; 10 s by default.'),
    headers: aDuration(
      'From the sending to the last header of the response; no limit of its own by default.',
    ),
    body: aDuration('The longest silence within the body; no limit of its own by default.'),
  }),
  ...duration,
  type: ['number', 'string', 'object'],
  title: 'Timeouts',
  description: 'How long the request may take: the whole, or each of its parts.',
  examples: ['30s', { total: '1m', headers: '10s' }],
}

const retry: JsonSchema = {
  ...anObject({
    limit: { type: 'integer', minimum: 0, maximum: 100, description: 'The most retries; 3 by default.' },
    backoff: aDuration('The wait before the first retry; 1 s by default.'),
    factor: {
      type: 'number',
      minimum: 1,
      maximum: 100,
      description: 'What the wait is multiplied by each time; 2 by default.',
    },
    maxBackoff: aDuration(
      'The longest wait by itself; 5 s by default. Retry-After may ask for a longer one.',
    ),
    jitter: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      description: 'The share of each wait that is drawn by lot; 0.5 by default.',
    },
  }),
  type: ['integer', 'object'],
  minimum: 0,
  maximum: 100,
  title: 'Retries',
  description:
    'When it is sent again: after a failed connection, 429, and 5xx but not 501; never after a timeout. A number is the limit.',
  examples: [3, { limit: 5, backoff: '2s' }],
}

const transport: JsonSchema = {
  ...anObject({
    keepAlive: { type: 'boolean', description: 'Keep the connection for later requests; true by default.' },
    idleTimeout: aDuration('How long a connection is kept without work; 60 s by default.'),
    maxIdle: { type: 'integer', minimum: 0, description: 'The most connections kept without work, in all.' },
    maxIdlePerHost: { type: 'integer', minimum: 0, description: 'The same, to one origin.' },
    http2: {
      enum: [true, false, 'prior-knowledge'],
      description:
        "HTTP/2 where a TLS server offers it; 'prior-knowledge' also without TLS. False by default.",
    },
    maxStreams: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      description: 'The most requests at once on an HTTP/2 connection; 100 by default.',
    },
    socketPath: {
      type: 'string',
      minLength: 2,
      maxLength: 107,
      pattern: '^/',
      description: "A unix domain socket to connect to, whatever the URL's host.",
      examples: ['/run/agent.sock'],
    },
  }),
  title: 'Transport',
  description: 'How connections are made and kept. Requests with the same share connections.',
}

const tls: JsonSchema = {
  ...anObject({
    ca: {
      ...pem,
      type: ['string', 'array'],
      minItems: 1,
      maxItems: 100,
      items: pem,
      description: 'Certificates (PEM) to trust instead of the usual ones.',
    },
    cert: { ...pem, description: "The client's certificate (PEM)." },
    key: { ...pem, writeOnly: true, description: 'Its key (PEM). Never shown.' },
    passphrase: {
      type: 'string',
      maxLength: 1_024,
      writeOnly: true,
      description: 'Of the key. Never shown.',
    },
    serverName: {
      type: 'string',
      minLength: 1,
      maxLength: 253,
      description: "The name to look for in the certificate; the URL's host by default.",
    },
    minVersion: { enum: ['TLSv1.2', 'TLSv1.3'], description: 'TLSv1.2 by default.' },
    insecure: { type: 'boolean', description: 'Take any certificate, and mark each item. False by default.' },
  }),
  title: 'TLS',
}

const keep: JsonSchema = {
  ...anObject({
    body: {
      type: 'integer',
      minimum: 0,
      maximum: LONGEST_BODY,
      description: 'Bytes of the body; 4,096 by default. The rest is not read, or thrown away.',
    },
    headers: {
      type: 'array',
      maxItems: MOST_HEADERS,
      items: { type: 'string', pattern: TOKEN },
      description: 'Names of headers; none by default.',
      examples: [['etag', 'location']],
    },
  }),
  title: 'What is kept of the response',
}

const headers: JsonSchema = {
  type: 'object',
  maxProperties: MOST_HEADERS,
  propertyNames: { pattern: TOKEN },
  additionalProperties: {
    ...headerValue,
    type: ['string', 'array'],
    maxItems: MOST_HEADERS,
    items: headerValue,
    writeOnly: true,
  },
  description: 'Values are never shown.',
  examples: [{ accept: 'application/json' }],
}

const query: JsonSchema = {
  type: 'object',
  maxProperties: MOST_PARAMETERS,
  additionalProperties: { type: 'string', maxLength: LONGEST_URL, writeOnly: true },
  description: "Parameters that are added to the URL's query. Values are never shown.",
}

const success: JsonSchema = {
  type: 'array',
  minItems: 1,
  maxItems: 100,
  items: { type: ['integer', 'string'], minimum: 100, maximum: 999, pattern: '^[1-5]xx$' },
  description:
    "Statuses that count as success, or classes of them; '2xx' by default, and '3xx' too where no redirect is followed.",
  examples: [['2xx', 404]],
}

/** One request of a list, or the source of all of them. */
export const requestSchema: JsonSchema = {
  ...anObject({
    id: {
      type: 'string',
      minLength: 1,
      maxLength: 200,
      description: 'Kept on the item; its place in the list by default.',
    },
    method: { enum: METHODS, description: 'GET by default.' },
    url: {
      type: 'string',
      maxLength: LONGEST_URL,
      pattern: '^[Hh][Tt][Tt][Pp][Ss]?://',
      description: 'Without user, password and secret parameters, because arguments are shown.',
      examples: ['https://bmc1.example/redfish/v1'],
    },
    query,
    headers,
    body: {
      type: 'string',
      maxLength: LONGEST_BODY,
      description: 'At most one of body, bodyBase64 and json. It is shown.',
    },
    bodyBase64: { type: 'string', maxLength: LONGEST_BODY, contentEncoding: 'base64' },
    json: { description: 'Any JSON, sent with its Content-Type.' },
    timeout,
    retry,
    transport,
    tls,
    redirects: {
      type: 'integer',
      minimum: 0,
      maximum: 100,
      description: 'The most redirects that are followed; 10 by default, 0 to take a redirect as the answer.',
    },
    success,
    keep,
    secret: {
      type: 'string',
      minLength: 1,
      maxLength: 200,
      description: 'The name of credentials that the service has.',
      examples: ['bmc'],
    },
    ignore: { type: 'boolean', description: 'Passed over, and reported as IGNORED.' },
    idempotent: {
      type: 'boolean',
      description: 'Whether it may be sent twice; by default all but POST and PATCH may.',
    },
  }),
}
