import type { DeliveryNews, DeliveryOutput, DeliveryStore } from '../../ports/delivery.ts'
import type { Postgres } from './database.ts'
import { DestinationRows } from './delivery/destination-rows.ts'
import { dueChannel } from './delivery/due-news.ts'
import { OutboxRows } from './delivery/outbox-rows.ts'
import { PostgresDeliveryOutput } from './delivery/output.ts'
import { QueueRows } from './delivery/queue-rows.ts'

/** What goes out, of several nodes; the tables are those of `deliveryTables`, and `leaderTables`. */
export class PostgresDelivery implements DeliveryStore, DeliveryNews {
  readonly outbox: OutboxRows
  readonly #database: Postgres
  readonly #destinations: DestinationRows
  readonly #queue: QueueRows

  constructor(database: Postgres, now: () => number) {
    this.#database = database
    this.outbox = new OutboxRows(database, now)
    this.#destinations = new DestinationRows(database)
    this.#queue = new QueueRows(database)
  }

  destinations: DeliveryStore['destinations'] = (owner) => this.#destinations.ofOwner(owner)
  destination: DeliveryStore['destination'] = (id) => this.#destinations.get(id)
  addDestination: DeliveryStore['addDestination'] = (...args) => this.#destinations.add(...args)
  changeDestination: DeliveryStore['changeDestination'] = (...args) =>
    this.#destinations.change(...args)
  removeDestination: DeliveryStore['removeDestination'] = (id) =>
    this.#destinations.remove('id', id)
  removeOwner: DeliveryStore['removeOwner'] = (owner) => this.#destinations.remove('owner', owner)
  add: DeliveryStore['add'] = (...args) => this.#queue.add(...args)
  deliveries: DeliveryStore['deliveries'] = (filter) => this.#queue.list(filter)
  replay: DeliveryStore['replay'] = (...args) => this.#queue.replay(...args)
  stop: DeliveryStore['stop'] = (stop) => this.#queue.stop(stop)
  stops: DeliveryStore['stops'] = (...args) => this.#destinations.stops(...args)
  resume: DeliveryStore['resume'] = (...args) => this.#destinations.resume(...args)
  take: DeliveryStore['take'] = (...args) => this.#destinations.take(...args)
  block: DeliveryStore['block'] = (...args) => this.#destinations.block(...args)
  isBlocked: DeliveryStore['isBlocked'] = (hash) => this.#destinations.isBlocked(hash)
  secret: DeliveryStore['secret'] = (...args) => this.#destinations.secret(...args)

  output(term: number): DeliveryOutput {
    return new PostgresDeliveryOutput(this.#database, term)
  }

  onDue(listener: () => void, signal: AbortSignal): void {
    this.#database.listen(dueChannel, listener, signal)
  }
}
