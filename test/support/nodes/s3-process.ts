import S3rver from 's3rver'

/** A server of the S3 protocol as a process: ADDRESS, PORT, DIRECTORY and BUCKET say where and what. Says `ready`. */
const { ADDRESS = '', PORT = '', DIRECTORY = '', BUCKET = '' } = process.env
const server = new S3rver({
  ...{ address: ADDRESS, port: Number(PORT), silent: true, serviceEndpoint: ADDRESS },
  directory: DIRECTORY,
  configureBuckets: [{ name: BUCKET }],
})
await server.run()
process.stdout.write('ready\n')
