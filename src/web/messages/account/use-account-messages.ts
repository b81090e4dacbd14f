import { useCatalogue, type Locale } from '../catalogue.tsx'
import { en, type AccountMessages } from './en.ts'
import { es } from './es.ts'

const catalogues: Readonly<Record<Locale, AccountMessages>> = { en, es }

export function useAccountMessages(): AccountMessages {
  return catalogues[useCatalogue().locale]
}
