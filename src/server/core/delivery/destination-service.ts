import type { Notification } from '../../../protocol/alerts.ts'
import { CcrError } from '../../../protocol/codes.ts'
import type {
  DestinationChange,
  NewDestination,
  OwnDestination,
} from '../../../protocol/deliveries.ts'
import type { DeliveryQueue, DeliveryStore, DestinationRecord, Stop } from '../../ports/delivery.ts'
import type { Mailer } from '../../ports/mail.ts'
import type { Poster } from '../../ports/sender.ts'
import type { Signatures } from '../../ports/signatures.ts'
import { checkTemplate } from './compose/chat-template.ts'
import { plainHtml } from './compose/letter-html.ts'
import { onOneLine } from './compose/passage.ts'
import type { Surroundings } from './compose/summary.ts'
import type { Links } from './links.ts'

export interface Person {
  readonly id: string
  readonly email: string
}

export interface DestinationServiceOptions {
  readonly store: DeliveryStore
  readonly queue: DeliveryQueue
  readonly mailer: Mailer
  readonly links: Links
  readonly signatures: Signatures
  readonly around: (owner: string) => Surroundings
  readonly person: (owner: string) => Person | undefined
  readonly poster: Pick<Poster, 'refusal'>
  readonly now: () => number
}

export const mostDestinations = 20
/** A stranger's address gets few letters that nobody asked for, whoever has them sent. */
const confirmationsADay = { person: 5, address: 2 }
const testsADay = 20
const rotationMs = 24 * 3_600_000
const dayMs = 24 * 3_600_000

/** Destinations as their owners see and change them. Throws CcrErrors. */
export class DestinationService {
  readonly #options: DestinationServiceOptions

  constructor(options: DestinationServiceOptions) {
    this.#options = options
  }

  /** The account's own address comes first. */
  async list(owner: string): Promise<OwnDestination[]> {
    await this.accountDestination(owner)
    return (await this.#options.store.destinations(owner)).map((one) => this.#show(one))
  }

  /** The id of the account's address as a destination; null when there is no such account. */
  async accountDestination(owner: string): Promise<string | null> {
    const { store, person, now } = this.#options
    const known = person(owner)
    if (known === undefined) return null
    const id = `account-${this.#options.signatures.hash(owner).slice(0, 32)}`
    const settings = { kind: 'email' as const, address: known.email }
    const found = await store.destination(id)
    if (found === undefined)
      await store.addDestination(
        {
          ...{ id, owner, name: known.email, settings, secrets: {}, isAccount: true },
          ...{ state: 'active', problem: null, createdAt: new Date(now()).toISOString() },
        },
        mostDestinations,
      )
    else if (found.settings.kind !== 'email' || found.settings.address !== known.email)
      // Another address is another mailbox: what was wrong with the old one says nothing of it.
      await store.changeDestination(id, {
        ...{ settings, name: known.email, state: 'active', problem: null },
      })
    return id
  }

  /** The secret of a webhook is told this once. An address that is not the account's is asked first. */
  async create(
    person: Person,
    input: NewDestination,
  ): Promise<{ readonly destination: OwnDestination; readonly secret: string | null }> {
    const { store, signatures, now } = this.#options
    this.#check(input)
    const { name } = input
    const isOwnAddress = input.kind === 'email' && isSameAddress(input.address, person.email)
    const isUnasked = input.kind === 'email' && !isOwnAddress
    if (isUnasked) await this.#allowConfirmation(person.id, input.address)
    const secret = input.kind === 'webhook' ? signatures.newWebhookSecret() : null
    const record: DestinationRecord = {
      ...{ id: signatures.newId(), owner: person.id, name, isAccount: false, problem: null },
      ...split(input, secret),
      state: isUnasked ? 'unverified' : 'active',
      createdAt: new Date(now()).toISOString(),
    }
    const added = await store.addDestination(record, mostDestinations)
    if (added !== 'added')
      throw new CcrError(
        'conflict',
        `There are ${mostDestinations} destinations, the most one may have.`,
      )
    if (isUnasked) await this.#askToConfirm(record, person)
    return { destination: this.#show(record), secret }
  }

  async change(owner: string, id: string, change: DestinationChange): Promise<OwnDestination> {
    const { store } = this.#options
    const known = await this.#own(owner, id)
    const { name, state } = change
    if (state !== undefined && known.state === 'unverified')
      throw new CcrError('conflict', 'The address has not been confirmed; a letter was sent to it.')
    await store.changeDestination(id, {
      ...(name === undefined ? {} : { name }),
      ...(state === undefined ? {} : { state, problem: state === 'active' ? null : known.problem }),
    })
    return this.#show(await this.#own(owner, id))
  }

  async remove(owner: string, id: string): Promise<void> {
    const known = await this.#own(owner, id)
    if (known.isAccount)
      throw new CcrError('conflict', 'This is the address of the account; it can be switched off.')
    await this.#options.store.removeDestination(id)
  }

  /** Sends something at once; what becomes of it stands in the deliveries. */
  async test(owner: string, id: string): Promise<{ readonly key: string }> {
    const { store, queue, signatures, now } = this.#options
    const { state } = await this.#own(owner, id)
    if (state !== 'active')
      throw new CcrError('conflict', `The destination is ${state}; nothing is sent to it.`)
    if (!(await store.take(`tests:${owner}`, testsADay, now())))
      throw new CcrError('too-many-requests', `More than ${testsADay} tests in a day.`)
    const key = `test_${signatures.newId()}`
    await queue.enqueue([testNotification(key, owner, id, now())])
    return { key }
  }

  /** Another secret; for a day both sign, so that whoever verifies can change in peace. */
  async rotate(owner: string, id: string): Promise<{ readonly secret: string }> {
    const { store, signatures, now } = this.#options
    const { settings, secrets } = await this.#own(owner, id)
    if (settings.kind !== 'webhook')
      throw new CcrError('conflict', 'Only webhooks have a secret that can be changed.')
    const secret = signatures.newWebhookSecret()
    const before = secrets.signing?.slice(0, 1) ?? []
    await store.changeDestination(id, {
      secrets: { signing: [secret, ...before], secondUntil: now() + rotationMs },
    })
    return { secret }
  }

  /** Asks an address again that has not been confirmed. */
  async askAgain(person: Person, id: string): Promise<void> {
    const known = await this.#own(person.id, id)
    if (known.state !== 'unverified' || known.settings.kind !== 'email')
      throw new CcrError('conflict', 'There is nothing to confirm.')
    await this.#allowConfirmation(person.id, known.settings.address)
    await this.#askToConfirm(known, person)
  }

  /** What a link of a confirmation is about; undefined when it is none, or not any more. */
  async confirmation(token: string): Promise<DestinationRecord | undefined> {
    const { links, store, now } = this.#options
    const id = await links.readVerify(token, now())
    return id === undefined ? undefined : await store.destination(id)
  }

  /** `never`: no letter from here again, whoever asks. */
  async answer(token: string, wants: 'confirm' | 'never'): Promise<boolean> {
    const { store, signatures, now } = this.#options
    const known = await this.confirmation(token)
    if (known?.settings.kind !== 'email') return false
    if (wants === 'never') {
      await store.block(signatures.hash(known.settings.address.toLowerCase()), now())
      await store.removeDestination(known.id)
    } else if (known.state === 'unverified')
      await store.changeDestination(known.id, { state: 'active', problem: null })
    return true
  }

  /** What a link for less of an alert is about. */
  async subscription(
    token: string,
  ): Promise<{ readonly destination: DestinationRecord; readonly alert: string } | undefined> {
    const { links, store } = this.#options
    const about = await links.readStop(token)
    if (about === undefined) return undefined
    const destination = await store.destination(about.destination)
    return destination === undefined ? undefined : { destination, alert: about.alert }
  }

  async stop(token: string, wants: 'stop' | 'mute'): Promise<boolean> {
    const { store, now } = this.#options
    const about = await this.subscription(token)
    if (about === undefined) return false
    const until = wants === 'stop' ? null : now() + dayMs
    await store.stop({ destination: about.destination.id, alert: about.alert, until })
    return true
  }

  stops(owner: string): Promise<readonly Stop[]> {
    return this.#options.store.stops(owner, this.#options.now())
  }

  async resume(owner: string, destination: string, alert: string): Promise<void> {
    await this.#own(owner, destination)
    await this.#options.store.resume(destination, alert)
  }

  #check(input: NewDestination): void {
    const url =
      input.kind === 'ntfy'
        ? input.server
        : input.kind === 'push'
          ? input.endpoint
          : 'url' in input
            ? input.url
            : null
    const problem = url === null ? null : this.#options.poster.refusal(url)
    if (problem !== null)
      throw new CcrError('bad-request', `Nothing can be sent there: ${problem}.`)
    if (input.kind !== 'chat') return
    const { format, template } = input
    if ((format === 'custom') !== (template !== null))
      throw new CcrError('bad-request', 'A template belongs to the format custom, and only to it.')
    const wrong = template === null ? null : checkTemplate(template)
    if (wrong !== null) throw new CcrError('bad-request', `That cannot be filled: ${wrong}.`)
  }

  async #allowConfirmation(owner: string, address: string): Promise<void> {
    const { store, signatures, now } = this.#options
    const hash = signatures.hash(address.toLowerCase())
    const isAllowed =
      !(await store.isBlocked(hash)) &&
      (await store.take(`confirm:${owner}`, confirmationsADay.person, now())) &&
      (await store.take(`confirm-to:${hash}`, confirmationsADay.address, now()))
    // The same sentence for all of it: whether somebody wants no letters is theirs to tell.
    if (!isAllowed)
      throw new CcrError(
        'too-many-requests',
        'No more confirmations can be sent to that address today.',
      )
  }

  async #askToConfirm(record: DestinationRecord, person: Person): Promise<void> {
    const { mailer, links, around, now, store } = this.#options
    if (record.settings.kind !== 'email') return
    const { words, site } = around(person.id)
    const link = `${site}/confirm-address/${await links.verifyToken(record.id, now())}`
    const text = words.verifyText(onOneLine(person.email), site)
    const posted = await mailer.send({
      to: record.settings.address,
      subject: words.verifySubject,
      text: `${text}\n\n${words.verifyButton}: ${link}\n\n${words.verifyRefuse} ${link}\n`,
      html: plainHtml(
        words.locale,
        words.verifySubject,
        text,
        { href: link, label: words.verifyButton },
        { href: link, text: words.verifyRefuse },
      ),
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
    if (posted.outcome === 'sent') return
    await store.changeDestination(record.id, {
      problem: `the letter that asks for confirmation could not be sent: ${posted.reason}`,
    })
  }

  async #own(owner: string, id: string): Promise<DestinationRecord> {
    const found = await this.#options.store.destination(id)
    if (found?.owner !== owner) throw new CcrError('not-found', `There is no destination ${id}.`)
    return found
  }

  #show({ secrets, ...shown }: DestinationRecord): OwnDestination {
    const { secondUntil = 0 } = secrets
    const rotated = secondUntil > this.#options.now()
    return { ...shown, rotatedUntil: rotated ? new Date(secondUntil).toISOString() : null }
  }
}

/** What is shown of it, and what is not. */
function split(
  input: NewDestination,
  secret: string | null,
): Pick<DestinationRecord, 'settings' | 'secrets'> {
  switch (input.kind) {
    case 'email':
      return { settings: { kind: 'email', address: input.address }, secrets: {} }
    case 'webhook':
      return {
        settings: { kind: 'webhook', url: input.url },
        secrets: secret === null ? {} : { signing: [secret] },
      }
    case 'push':
      return {
        settings: { kind: 'push', endpoint: input.endpoint },
        secrets: { keys: input.keys },
      }
    case 'ntfy': {
      const { kind, server, topic, priority, token } = input
      return {
        settings: { kind, server, topic, priority },
        secrets: token === null ? {} : { token },
      }
    }
    case 'chat': {
      const { kind, url, format, template } = input
      return { settings: { kind, url, format, template }, secrets: {} }
    }
  }
}

function isSameAddress(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function testNotification(
  id: string,
  owner: string,
  destination: string,
  nowMs: number,
): Notification {
  return {
    ...{ id, kind: 'test', owner, destinations: [destination] },
    alert: { id: 'test', name: 'Test', query: '', restated: '' },
    ...{ mentions: [], more: 0, period: null, because: 'rate', volume: null },
    createdAt: new Date(nowMs).toISOString(),
  }
}
