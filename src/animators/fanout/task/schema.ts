import type { JsonSchema } from '../../../core/animator.ts'
import { requestSchema } from './request-schema.ts'

/** What the host lets a caller ask for at most. */
export interface SchemaLimits {
  /** Requests of one list. */
  readonly maxItems: number
  /** Bytes of bodies kept of one list. */
  readonly maxBodyTotal: number
}

const request = { $ref: '#/$defs/request' }
const MOST_AT_ONCE = 1_000_000

/** The arguments of a fan-out (JSON Schema 2020-12). It has no defaults: those would be written into every request. */
export function argumentSchema({ maxItems, maxBodyTotal }: SchemaLimits): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    description:
      'A source, and what each request changes in it: `items`, or `targets` that are put into the URL of the source.',
    properties: {
      source: {
        ...request,
        title: 'Source',
        description:
          'What the requests leave out. With `targets` its `url` is a template, such as `https://{target}/status`.',
      },
      items: {
        type: 'array',
        maxItems,
        items: request,
        title: 'Requests',
        description: 'The requests: each with what it has of its own.',
      },
      targets: {
        type: 'array',
        maxItems,
        title: 'Targets',
        description:
          'In place of `items`: texts for `{target}` in the URL of the source, or objects with a text for each of its variables.',
        items: {
          type: ['string', 'object'],
          minLength: 1,
          maxLength: 2_048,
          maxProperties: 20,
          additionalProperties: { type: 'string', maxLength: 2_048 },
        },
        examples: [['bmc1.example', 'bmc2.example'], [{ host: 'bmc1.example', port: '8443' }]],
      },
      concurrency: {
        type: 'integer',
        minimum: 1,
        maximum: MOST_AT_ONCE,
        description: 'The most requests in flight; found by itself by default.',
      },
      perHost: {
        type: 'integer',
        minimum: 1,
        maximum: MOST_AT_ONCE,
        description: 'The most requests in flight to one origin; no limit by default.',
      },
      failFast: { type: 'boolean', description: 'Stop after the first failure.' },
      maxFailures: {
        type: 'integer',
        minimum: 0,
        maximum: maxItems,
        description: 'Stop as soon as more than so many have failed.',
      },
      maxBodyTotal: {
        type: 'integer',
        minimum: 0,
        maximum: maxBodyTotal,
        description:
          'Bytes of bodies that are kept of all requests together; beyond it they are cut, and marked.',
      },
    },
    $defs: { request: requestSchema },
    examples: [
      {
        source: { method: 'GET', url: 'https://{target}/redfish/v1', timeout: '10s', retry: 2 },
        targets: ['bmc1.example', 'bmc2.example'],
        concurrency: 500,
      },
      {
        source: { method: 'PATCH', json: { AssetTag: 'rack 7' }, secret: 'bmc' },
        items: [{ url: 'https://bmc1.example/redfish/v1/Systems/1', timeout: { total: '1m' } }],
        failFast: true,
      },
    ],
  }
}
