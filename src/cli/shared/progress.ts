/** A line on a terminal that is written over; nothing where nobody watches. */
export interface Progress {
  show(text: string): void
  clear(): void
}

/** Ten a second are enough for an eye. */
const everyMs = 100

export function createProgress(): Progress {
  const { stderr } = process
  if (!stderr.isTTY) return { show: () => undefined, clear: () => undefined }
  let shownMs = 0
  return {
    show: (text) => {
      if (performance.now() - shownMs < everyMs) return
      shownMs = performance.now()
      stderr.write(`\r\u001b[K${text}`)
    },
    clear: () => {
      if (shownMs > 0) stderr.write('\r\u001b[K')
    },
  }
}

export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`
}
