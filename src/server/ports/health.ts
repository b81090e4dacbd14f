/** Whether a part of the server can do its work, for `/readyz` and `/metrics`. */
export interface Health {
  /** False while nothing can be stored or read: the server must not be given work. */
  readonly ok: boolean
  /** One sentence for each thing that is wrong, whether or not work goes on despite it. */
  readonly problems: readonly string[]
}

/** An engine that can tell how it is; cheap, for every request of `/readyz`. */
export interface HealthSource {
  health(): Health
}
