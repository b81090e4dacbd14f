import { useCatalogue, type Locale } from '../catalogue.tsx'
import { en, type DestinationMessages } from './en.ts'
import { es } from './es.ts'

const catalogues: Readonly<Record<Locale, DestinationMessages>> = { en, es }

export function useDestinationMessages(): DestinationMessages {
  return catalogues[useCatalogue().locale]
}
