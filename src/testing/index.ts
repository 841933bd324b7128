export { FakeClock } from './fake-clock.ts'
export { settled } from './settled.ts'
export { collectEvents, nextEvent, waitForState, type EventCollection, type Observable } from './waiting.ts'
export { engineConformance, type ConformanceOptions, type TestRunner } from './conformance/suite.ts'
