/** What the editor leaves to be said by the page that comes after it. */
let kept: { readonly id: string; readonly says: string } | null = null

export function keepSaved(id: string, says: string): void {
  kept = { id, says }
}

/** Said once; null = nothing was saved. */
export function takeSaved(id: string): string | null {
  const says = kept?.id === id ? kept.says : null
  kept = null
  return says
}
