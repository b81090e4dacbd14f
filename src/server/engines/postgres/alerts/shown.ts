import type { Shown } from '../../../ports/alerts.ts'

/** Conditions on rows of `mention`; their three values are those of `shownValues`, and begin at `$first`. */
export function isOpen(first: number): string {
  return `EXISTS (
    SELECT 1 FROM ${listed(first)} WHERE shown.channel = mention.channel
      AND mention.start >= shown.since)`
}

export function isShown(first: number): string {
  return `EXISTS (
    SELECT 1 FROM ${listed(first)} WHERE shown.channel = mention.channel
      AND mention.start >= shown.since AND mention.matched <= shown.until)`
}

export function shownValues(
  shown: readonly Shown[],
): readonly [channels: string[], sinceMs: number[], untilMs: number[]] {
  return [
    shown.map(({ channel }) => channel),
    shown.map(({ sinceMs }) => sinceMs),
    shown.map(({ untilMs }) => untilMs),
  ]
}

function listed(first: number): string {
  return `unnest($${first}::text[], $${first + 1}::float8[], $${first + 2}::float8[])
    AS shown (channel, since, until)`
}
