import type { DestinationRecord, Job } from '../../../ports/delivery.ts'
import type { Letter, Mailer } from '../../../ports/mail.ts'
import type { Sender } from '../../../ports/sender.ts'
import { letterHtml } from '../compose/letter-html.ts'
import { letterText } from '../compose/letter-text.ts'
import { subjectOf, type Surroundings } from '../compose/summary.ts'
import type { Links } from '../links.ts'

export interface LetterSenderOptions {
  readonly mailer: Mailer
  readonly links: Links
  readonly around: (owner: string) => Surroundings
}

/** Notifications as letters: HTML and plain text, with one click to have no more of them (RFC 8058). */
export function createLetterSender({ mailer, links, around }: LetterSenderOptions): Sender {
  return {
    async send(job) {
      const letter = await compose(job, links, around(job.notification.owner))
      const posted = await mailer.send(letter)
      return posted.outcome === 'bounced' ? { outcome: 'gone', reason: posted.reason } : posted
    },
  }
}

async function compose(
  { notification, destination }: Job,
  links: Links,
  around: Surroundings,
): Promise<Letter> {
  const { site } = around
  const { alert, kind, id } = notification
  const token = kind === 'test' ? null : await links.stopToken(destination.id, alert.id)
  const actions =
    token === null ? null : { stop: `${site}/unsubscribe/${token}`, mute: `${site}/mute/${token}` }
  return {
    to: addressOf(destination),
    subject: subjectOf(notification, around.words),
    text: letterText(notification, around, actions),
    html: letterHtml(notification, around, actions),
    headers: {
      'Auto-Submitted': 'auto-generated',
      ...(actions === null
        ? {}
        : {
            'List-Id': `<${alert.id}.alerts.${new URL(site).hostname.replace(/^\[|\]$/g, '')}>`,
            'List-Unsubscribe': `<${actions.stop}>`,
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          }),
    },
    messageKey: `${id}.${destination.id}`.replace(/^[_-]/, '0$&'),
  }
}

function addressOf({ settings }: DestinationRecord): string {
  if (settings.kind !== 'email') throw new TypeError(`a letter to a ${settings.kind}`)
  return settings.address
}
