import type { Notification } from '../../../../protocol/alerts.ts'

/** What notifications say, in one language. Counts and figures come in as they are to be shown. */
export interface Words {
  readonly locale: string
  readonly unknownProgramme: string
  readonly mentionsOn: (name: string, channel: string) => string
  readonly digestSubject: (name: string, count: number) => string
  readonly volumeSubject: (name: string, count: number, usual: string) => string
  readonly testSubject: string
  readonly test: string
  readonly count: (count: number) => string
  readonly period: (from: string, to: string) => string
  readonly more: (count: number) => string
  readonly seeSearch: string
  readonly open: string
  readonly alsoOn: (count: number) => string
  readonly volume: (count: number, usual: string, sigma: string, weeks: number) => string
  readonly aired: string
  readonly received: string
  readonly matched: string
  readonly sent: string
  readonly later: (seconds: string) => string
  readonly why: (name: string, restated: string) => string
  readonly whyTest: string
  readonly because: Readonly<Record<Notification['because'], string | null>>
  readonly mute: string
  readonly stop: string
  readonly manage: string
  readonly verifySubject: string
  readonly verifyText: (who: string, site: string) => string
  readonly verifyButton: string
  readonly verifyRefuse: string
}
