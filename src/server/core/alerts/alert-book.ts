import type { Alert } from '../../../protocol/alerts.ts'
import { formatQuery } from '../../../query/language/format.ts'
import { parseQuery } from '../../../query/language/parse.ts'

/** All alerts, by what is asked of them for every cue: which of them a standing query is of. */
export class AlertBook {
  readonly #alerts = new Map<string, Alert>()
  readonly #byKey = new Map<string, Set<string>>()
  readonly #byOwner = new Map<string, Set<string>>()

  get size(): number {
    return this.#alerts.size
  }

  get(id: string): Alert | undefined {
    return this.#alerts.get(id)
  }

  ids(): string[] {
    return [...this.#alerts.keys()]
  }

  owners(): string[] {
    return [...this.#byOwner.keys()]
  }

  ofOwner(owner: string): Alert[] {
    return [...(this.#byOwner.get(owner) ?? [])].flatMap((id) => this.#alerts.get(id) ?? [])
  }

  /** Those that wait for a query. */
  waitingFor(key: string): Alert[] {
    return [...(this.#byKey.get(key) ?? [])].flatMap((id) => this.#alerts.get(id) ?? [])
  }

  keys(): string[] {
    return [...this.#byKey.keys()]
  }

  /** Of the query that it waits for; null when it waits for none. */
  keyOf(id: string): string | null {
    const alert = this.#alerts.get(id)
    return alert === undefined ? null : keyOf(alert)
  }

  /** Keys that somebody waits for now, and nobody any more. */
  set(alert: Alert): { readonly added: string[]; readonly removed: string[] } {
    const before = this.remove(alert.id)
    this.#alerts.set(alert.id, alert)
    put(this.#byOwner, alert.owner, alert.id)
    const key = keyOf(alert)
    if (key === null) return { added: [], removed: before }
    const isNew = !this.#byKey.has(key)
    put(this.#byKey, key, alert.id)
    return {
      added: isNew && !before.includes(key) ? [key] : [],
      removed: before.filter((other) => other !== key),
    }
  }

  /** Keys that nobody waits for any more. */
  remove(id: string): string[] {
    const alert = this.#alerts.get(id)
    if (alert === undefined) return []
    this.#alerts.delete(id)
    take(this.#byOwner, alert.owner, id)
    const key = keyOf(alert)
    if (key === null) return []
    take(this.#byKey, key, id)
    return this.#byKey.has(key) ? [] : [key]
  }
}

/** Its query's canonical text; null when it is paused, or no longer a query. */
function keyOf({ paused, query }: Alert): string | null {
  if (paused) return null
  const parsed = parseQuery(query)
  return parsed.ok && parsed.query.kind === 'text' ? formatQuery(parsed.query) : null
}

function put(map: Map<string, Set<string>>, key: string, id: string): void {
  const ids = map.get(key)
  if (ids === undefined) map.set(key, new Set([id]))
  else ids.add(id)
}

function take(map: Map<string, Set<string>>, key: string, id: string): void {
  const ids = map.get(key)
  ids?.delete(id)
  if (ids?.size === 0) map.delete(key)
}
