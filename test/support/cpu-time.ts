/** Milliseconds that this process has computed: a machine that others keep busy does not make it slow. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
