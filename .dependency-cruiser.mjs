const layer = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^${from}`, pathNot: '[.]test[.]ts$' },
  to: { path: '^src/', pathNot: [from, ...allowed].map((p) => `^${p}`) },
})

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle means two files are one idea, or a third is missing.',
      from: {},
      to: { circular: true },
    },
    layer(
      'protocol-stands-alone',
      'src/protocol/',
      [],
      'The wire format is the centre; it knows nobody.',
    ),
    layer(
      'captions-know-protocol-only',
      'src/captions/',
      ['src/protocol/'],
      'Decoding is pure and shared by client, server and tests.',
    ),
    layer(
      'policy-knows-protocol-only',
      'src/policy/',
      ['src/protocol/'],
      'Who may read what is decided from plain data.',
    ),
    layer(
      'query-knows-protocol-only',
      'src/query/',
      ['src/protocol/'],
      'One language for server, website and client: decided from plain text and plain data.',
    ),
    layer(
      'simulator-makes-streams-only',
      'src/simulator/',
      ['src/captions/', 'src/protocol/'],
      'The simulator makes caption bytes; it is not a client.',
    ),
    layer(
      'client-never-knows-the-server',
      'src/client/',
      ['src/captions/', 'src/protocol/'],
      'The tuner side talks to any server through the protocol.',
    ),
    layer(
      'web-knows-protocol-only',
      'src/web/',
      ['src/protocol/'],
      'Everything the website does, the API does.',
    ),
    layer(
      'worker-stands-alone',
      'src/worker/',
      [],
      'It outlives the pages it serves: it shares no code with them.',
    ),
    layer(
      'ports-know-protocol-only',
      'src/server/ports/',
      ['src/protocol/', 'src/query/', 'src/captions/files/'],
      'A port is a contract, not an engine.',
    ),
    layer(
      'core-to-ports-only',
      'src/server/core/',
      ['src/server/ports/', 'src/protocol/', 'src/policy/', 'src/query/'],
      'Rules of the product run against any engine and any transport.',
    ),
    layer(
      'engines-to-ports-only',
      'src/server/engines/',
      ['src/server/ports/', 'src/protocol/', 'src/captions/', 'src/query/'],
      'An engine fulfils a port and knows no other part of the server.',
    ),
    layer(
      'http-never-knows-engines',
      'src/server/http/',
      ['src/server/core/', 'src/server/ports/', 'src/protocol/', 'src/policy/', 'src/captions/'],
      'Routes are thin: parse, call core, present.',
    ),
    {
      name: 'pure-folders',
      severity: 'error',
      comment: 'These take time, sockets and files through arguments.',
      from: {
        path: '^src/(protocol|captions|policy|query|simulator|server/(core|ports))/',
        pathNot: '[.]test[.]ts$',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'src-not-to-test',
      severity: 'error',
      comment: 'Nobody imports tests or benches.',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'A file nobody imports is dead.',
      from: {
        orphan: true,
        pathNot: [
          '[.]test[.]ts$',
          '[.]d[.]ts$',
          'vite[.]config[.]ts$',
          'src/web/main[.]tsx$',
          // Served as it stands.
          'src/web/public/',
          'src/cli/(tuner-)?main[.]ts$',
          'worker[.]ts$',
        ],
      },
      to: {},
    },
    {
      name: 'declared-npm-only',
      severity: 'error',
      comment: 'List it in package.json, with a line in docs/decisions.',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.json'] },
  },
}
