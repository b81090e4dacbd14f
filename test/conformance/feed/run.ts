import { TestChannel, type Subject } from './peer.ts'
import type { FeedRule, Way } from './rule.ts'
import { feedRules } from './rules.ts'

export interface Verdict {
  readonly rule: string
  /** null = it holds. */
  readonly failure: string | null
  /** Why it was not checked. */
  readonly skipped: string | null
}

export interface RunOptions {
  readonly way: Way
  readonly slow: boolean
  readonly rules?: readonly FeedRule[]
  readonly told?: (verdict: Verdict) => void
}

/** At a time: each rule has a channel of its own. */
const atOnce = 4
const order: readonly Way[] = ['any', 'bodies', 'stream']

/** Why a rule is not checked; null when it is. */
export function reasonToSkip(
  rule: FeedRule,
  subject: Pick<Subject, 'drain'>,
  { way, slow }: Pick<RunOptions, 'way' | 'slow'>,
): string | null {
  if (order.indexOf(rule.way) > order.indexOf(way))
    return way === 'any' ? 'connections break here' : 'something holds requests back here'
  if (rule.needsDrain === true && subject.drain === undefined) return 'no way to make it drain'
  return rule.isSlow === true && !slow ? 'slow' : null
}

/** Checks the rules in their order, some at a time; those that make the server drain alone, and slow ones together. */
export async function runFeedRules(
  subject: Subject,
  options: RunOptions,
): Promise<readonly Verdict[]> {
  const { rules = feedRules, told = () => undefined } = options
  const verdicts: Verdict[] = []
  const check = async (rule: FeedRule): Promise<void> => {
    const skipped = reasonToSkip(rule, subject, options)
    const failure = skipped === null ? await checkRule(rule, subject) : null
    const verdict = { rule: rule.name, failure, skipped }
    verdicts.push(verdict)
    told(verdict)
  }
  const waiting = rules.filter(({ isSlow, needsDrain }) => isSlow !== true && needsDrain !== true)
  const worker = async (): Promise<void> => {
    for (let rule = waiting.shift(); rule !== undefined; rule = waiting.shift()) await check(rule)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  for (const rule of rules) if (rule.needsDrain === true) await check(rule)
  await Promise.all(rules.filter(({ isSlow }) => isSlow === true).map(check))
  return verdicts
}

/** The reason why it does not hold; null when it does. */
export async function checkRule(rule: FeedRule, subject: Subject): Promise<string | null> {
  try {
    const channel = await TestChannel.make(subject)
    await rule.check(channel, subject)
    await channel.remove()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Whether lines pass while a request is open: without a welcome within 5 s, something holds it back. */
export async function findWay(subject: Subject): Promise<Way> {
  const channel = await TestChannel.make(subject)
  const feed = channel.connect(crypto.randomUUID())
  const timer = setTimeout(() => feed.request.destroy(), 5000)
  try {
    await Promise.race([
      feed.wait((line) => line.type === 'welcome'),
      feed.closed.then(() => Promise.reject(new Error('no welcome'))),
    ])
    await feed.end()
    return 'stream'
  } catch {
    // What it is that holds the request back does not matter.
    return 'bodies'
  } finally {
    clearTimeout(timer)
    await channel.remove()
  }
}
