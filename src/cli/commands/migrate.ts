import type { Command } from 'commander'
import { databaseFailure, noDatabase, sharedDatabaseUrl } from '../shared/shared-database.ts'

/** `ccr migrate`: the tables of the database that nodes share. */
export function registerMigrate(program: Command): void {
  program
    .command('migrate')
    .description(
      'make or bring up to date the tables of CCR_DATABASE_URL; nodes do so at their start too',
    )
    .addHelpText(
      'after',
      '\nWaits while another migrates, changes nothing that is up to date, and refuses a database of a newer ccr.\n\nExample:\n  CCR_DATABASE_URL=postgres://ccr:secret@db.example/ccr ccr migrate',
    )
    .action(async () => {
      const url = await sharedDatabaseUrl()
      if (url === undefined) throw noDatabase()
      const { migrateDatabase } = await import('../../server/open-shared.ts')
      try {
        await migrateDatabase(url)
      } catch (error) {
        throw databaseFailure(error)
      }
      process.stdout.write('the database is up to date\n')
    })
}
