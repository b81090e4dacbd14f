import { applyTheme, readTheme } from './shared/theme.ts'

// Before anything is drawn, so that a dark page never flashes white.
applyTheme(readTheme())
