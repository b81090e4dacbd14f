import { useCatalogue, type Locale } from '../catalogue.tsx'
import { en, type OfflineMessages } from './en.ts'
import { es } from './es.ts'

const catalogues: Readonly<Record<Locale, OfflineMessages>> = { en, es }

export function useOfflineMessages(): OfflineMessages {
  return catalogues[useCatalogue().locale]
}
