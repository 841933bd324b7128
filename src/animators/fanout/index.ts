export { FanOut, fanOut, type FanOutCall, type FanOutStats } from './room/fan-out.ts'
export type { FanOutList } from './room/list.ts'
export type { FanOutOptions } from './room/options.ts'
export type { Secrets } from './room/secrets.ts'
export type { ProxyOptions } from './lanes/proxy.ts'
export {
  METHODS,
  type Credentials,
  type FanOutRequest,
  type Keep,
  type ListOptions,
  type Method,
  type RequestRetry,
  type Timeouts,
  type Tls,
  type Transport,
} from './request.ts'
export {
  ITEM_ERRORS,
  type FanOutItem,
  type ItemError,
  type ItemErrorCode,
  type ItemState,
  type ItemTimings,
} from './item.ts'
export { fanout } from './task/animator.ts'
export type { FanOutAnimatorOptions } from './task/options.ts'
export type { FanOutArguments, TargetValues } from './task/plan.ts'
export type { FanOutSummary, Mention } from './task/tally.ts'
