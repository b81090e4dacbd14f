import type { CDPSession, Page } from 'playwright-core'

/** What a page took of its main thread in a time, as parts of that time. */
export interface Busy {
  readonly busy: number
  readonly script: number
  readonly style: number
  readonly layout: number
  /** Layouts a second. */
  readonly layouts: number
  /** Sum of the browser's layout shifts. */
  readonly shift: number
  /** The longest that a page did not answer to its reader, ms; tasks of less than 50 ms are none. */
  readonly longestMs: number
}

export interface Memory {
  readonly heapMb: number
  readonly nodes: number
  readonly listeners: number
}

interface Watched {
  shifted?: number
  longestMs?: number
}

/**
 * Measures what a page takes of its thread, in the processor's time: what else the machine does is counted as little as can
 * be. One second of a thread that is never done is 1.
 */
export class PageMeter implements AsyncDisposable {
  readonly #page: Page
  readonly #devtools: CDPSession

  private constructor(page: Page, devtools: CDPSession) {
    this.#page = page
    this.#devtools = devtools
  }

  /** To be called before the page is opened. */
  static async of(page: Page): Promise<PageMeter> {
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
    await page.addInitScript(() => {
      const watched = window as Watched
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const { value } = entry as PerformanceEntry & { readonly value: number }
          watched.shifted = (watched.shifted ?? 0) + value
        }
      }).observe({ type: 'layout-shift' })
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries())
          watched.longestMs = Math.max(watched.longestMs ?? 0, duration)
      }).observe({ type: 'longtask' })
    })
    return new PageMeter(page, devtools)
  }

  /** A processor so many times slower, as far as the page can tell. */
  async slowDown(times: number): Promise<void> {
    await this.#devtools.send('Emulation.setCPUThrottlingRate', { rate: times })
  }

  async during(ms: number): Promise<Busy> {
    const [before, watched] = [await this.#metrics(), await this.#watched()]
    await this.#page.waitForTimeout(ms)
    const [after, then] = [await this.#metrics(), await this.#watched()]
    const grown = (name: string): number => after(name) - before(name)
    const part = (name: string): number => grown(name) / grown('Timestamp')
    return {
      busy: part('TaskDuration'),
      script: part('ScriptDuration'),
      style: part('RecalcStyleDuration'),
      layout: part('LayoutDuration'),
      layouts: part('LayoutCount'),
      shift: then.shifted - watched.shifted,
      longestMs: then.longestMs,
    }
  }

  /** How long a piece of work takes the page, at best: whether the processor is as slow as it was told to be. */
  async workMs(): Promise<number> {
    return this.#page.evaluate(() => {
      let bestMs = Infinity
      for (let n = 0; n < 6; n++) {
        const beganMs = performance.now()
        let sum = 0
        for (let i = 0; i < 3_000_000; i++) sum = (sum * 31 + i) % 65_521
        bestMs = Math.min(bestMs, performance.now() - beganMs + sum * 0)
      }
      return bestMs
    })
  }

  /** What is held once all that is not needed was let go of. */
  async memory(): Promise<Memory> {
    await this.#devtools.send('HeapProfiler.collectGarbage')
    const metric = await this.#metrics()
    return {
      heapMb: metric('JSHeapUsedSize') / 1e6,
      nodes: metric('Nodes'),
      listeners: metric('JSEventListeners'),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#page.isClosed()) await this.#devtools.detach()
  }

  async #metrics(): Promise<(name: string) => number> {
    const { metrics } = await this.#devtools.send('Performance.getMetrics')
    return (name) => metrics.find((one) => one.name === name)?.value ?? 0
  }

  /** The longest is forgotten, so that the next is of its own time. */
  #watched(): Promise<Required<Watched>> {
    return this.#page.evaluate(() => {
      const { shifted = 0, longestMs = 0 } = window as Watched
      Object.assign(window, { longestMs: 0 })
      return { shifted, longestMs }
    })
  }
}

export function tellBusy({ busy, script, style, layout, layouts, shift, longestMs }: Busy): string {
  const percent = (part: number): string => `${(part * 100).toFixed(1)} %`
  return (
    `busy ${percent(busy)} (script ${percent(script)}, style ${percent(style)}, layout ${percent(layout)}), ` +
    `${layouts.toFixed(1)} layouts a second, ${Math.round(longestMs)} ms the longest, shift ${shift.toFixed(4)}`
  )
}

export function tellMemory({ heapMb, nodes, listeners }: Memory): string {
  return `${heapMb.toFixed(1)} MB, ${nodes} nodes, ${listeners} listeners`
}
