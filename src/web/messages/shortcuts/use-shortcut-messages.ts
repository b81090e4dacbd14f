import { useCatalogue } from '../catalogue.tsx'
import { en, type ShortcutMessages } from './en.ts'
import { es } from './es.ts'

const catalogues = { en, es } as const

export function useShortcutMessages(): ShortcutMessages {
  return catalogues[useCatalogue().locale]
}
