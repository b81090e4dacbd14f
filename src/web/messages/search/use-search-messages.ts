import { useCatalogue, type Locale } from '../catalogue.tsx'
import { en, type SearchMessages } from './en.ts'
import { es } from './es.ts'

const catalogues: Readonly<Record<Locale, SearchMessages>> = { en, es }

export function useSearchMessages(): SearchMessages {
  return catalogues[useCatalogue().locale]
}
