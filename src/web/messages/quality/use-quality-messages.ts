import { useCatalogue, type Locale } from '../catalogue.tsx'
import { en, type QualityMessages } from './en.ts'
import { es } from './es.ts'

const catalogues: Readonly<Record<Locale, QualityMessages>> = { en, es }

export function useQualityMessages(): QualityMessages {
  return catalogues[useCatalogue().locale]
}
