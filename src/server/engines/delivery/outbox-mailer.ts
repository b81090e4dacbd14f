import { messageOf } from '../../../protocol/message-of.ts'
import { letterSchema, type Mailer, type WholeLetter } from '../../ports/mail.ts'

/** Where no mail server is set: letters wait for the administrator, who may pass on what is in them. */
export function createOutboxMailer(outbox: { add(letter: WholeLetter): Promise<void> }): Mailer {
  return {
    kind: 'outbox',
    async send(given) {
      const letter = letterSchema.parse(given)
      try {
        await outbox.add(letter)
        return { outcome: 'sent' }
      } catch (error) {
        const reason = messageOf(error)
        return { outcome: 'unavailable', reason: reason.slice(0, 300) }
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
