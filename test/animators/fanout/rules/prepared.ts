import { ConnectionPolicies } from '../../../../src/animators/fanout/rules/connections.ts'
import { Preparer, type PreparerOptions } from '../../../../src/animators/fanout/rules/prepare.ts'
import type { Prepared } from '../../../../src/animators/fanout/prepared.ts'
import type { FanOutRequest } from '../../../../src/animators/fanout/request.ts'

/** A preparer of the list `list`, with policies of its own unless some are given. */
export function preparer(
  source: Partial<FanOutRequest> = {},
  options: Partial<PreparerOptions> = {},
): Preparer {
  return new Preparer({ source, listId: 'list', connections: new ConnectionPolicies(), ...options })
}

/** One request made ready, of a source if there is one. */
export function prepared(request: Partial<FanOutRequest>, source?: Partial<FanOutRequest>): Prepared {
  return preparer(source).prepare(request, 0)
}

/** Headers as a record; names in lower case. */
export function headersOf({ headers }: Pick<Prepared, 'headers'>): Record<string, string> {
  const record: Record<string, string> = {}
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase()
    record[name] = name in record ? `${record[name]}, ${headers[i + 1]}` : headers[i + 1]!
  }
  return record
}
