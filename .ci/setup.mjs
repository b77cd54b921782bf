#!/usr/bin/env node
// What `npm run md`, `npm start`, `npm test` … do before their work: install what is missing, build what is stale, then
// start. Needs nothing but Node; everything it says goes to stderr, so that stdout belongs to the program.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [task, ...rest] = process.argv.slice(2);
process.chdir(root);

const say = (text) => process.stderr.write(`${text}\n`);

function fail(text) {
  say(`halide-md set-up: ${text}`);
  process.exit(1);
}

/** Runs a program with its output on stderr (or as given); ends this process when it fails. */
function must(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2], ...options });
  if (error) fail(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node 20.19 or newer is needed, this is ${process.version}`);
}

/** npm ci when node_modules is missing or older than the lock file. */
function installPackages() {
  const marker = join('node_modules', '.package-lock.json');
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync('package-lock.json').mtimeMs) return;
  say('installing packages (npm ci) …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const env = { ...process.env, PUPPETEER_SKIP_DOWNLOAD: '1' };
  if (npm?.endsWith('.js')) must(process.execPath, [npm, ...args], { env });
  else must('npm', args, { env, shell: process.platform === 'win32' });
}

/** Newest change among the files a build depends on. */
function newest(path) {
  const info = statSync(path);
  if (!info.isDirectory()) return info.mtimeMs;
  return Math.max(info.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const SOURCES = ['src', 'shaders', 'potentials', 'package.json', 'vite.config.ts', 'tsconfig.json'];

/** Builds with vite in a mode, unless its stamp is newer than every source. */
function build(mode, more = []) {
  const stamp = join('dist', `.${mode}.stamp`);
  const changed = Math.max(...[...SOURCES, ...more].map(newest));
  if (existsSync(stamp) && Number(readFileSync(stamp, 'utf8')) >= changed) return;
  say(`building (${mode}) …`);
  vite(['build', '--mode', mode, '--logLevel', 'warn']);
  mkdirSync('dist', { recursive: true });
  if (mode === 'cli') writeSchema();
  writeFileSync(stamp, String(Math.max(changed, newest('potentials'))));
}

/** potentials/schema.json is printed by the program it was made for: a new pair form is in it at once. */
function writeSchema() {
  const file = join('potentials', 'schema.json');
  const { stdout, status } = spawnSync(process.execPath, ['dist/cli/halide-md.js', 'list', 'schema'], {
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  });
  if (status !== 0) fail('the built program cannot print its schema');
  if (!existsSync(file) || readFileSync(file, 'utf8') !== stdout) writeFileSync(file, stdout);
}

function bin(name, file) {
  return join('node_modules', name, file);
}

function vite(args, options) {
  must(process.execPath, [bin('vite', 'bin/vite.js'), ...args], options);
}

/** The program proper, in this process: its exit code is ours. */
async function cli(args) {
  build('cli');
  process.argv = [process.argv[0], join(root, 'dist', 'cli', 'halide-md.js'), ...args];
  await import(pathToFileURL(process.argv[1]).href);
}

const visible = { stdio: 'inherit' };
const vitest = (...args) =>
  must(process.execPath, [bin('vitest', 'vitest.mjs'), 'run', ...args, ...rest], visible);

const TASKS = {
  cli: () => cli(rest),
  md: () => cli(['run', ...(rest.length > 0 ? rest : ['li3ycl6-600K'])]),
  bench: () => cli(['bench', ...rest]),
  start() {
    build('app', ['public']);
    say('serving the app on http://localhost:5173 (Ctrl-C ends it)');
    vite(['preview', '--mode', 'app', '--logLevel', 'warn'], visible);
  },
  dev: () => vite(['--mode', 'app'], visible),
  build() {
    build('cli');
    build('app', ['public']);
  },
  lint() {
    must(process.execPath, [bin('typescript', 'bin/tsc'), '-p', '.'], visible);
    must(
      process.execPath,
      [bin('@biomejs/biome', 'bin/biome'), 'check', '--config-path=.ci/lint.json', '.'],
      visible,
    );
  },
  check() {
    TASKS.lint();
    vitest('--project', 'unit', '--project', 'fuzz');
  },
  test() {
    build('cli');
    build('app', ['public']);
    const tiers = ['unit', 'fuzz', 'kernel', 'golden'].flatMap((tier) => ['--project', tier]);
    vitest('--passWithNoTests', ...tiers);
    // After the others: a browser on a software adapter wants both cores for itself.
    vitest('--passWithNoTests', '--project', 'app', '--exclude', 'tests/app/full/**');
  },
  'test:app': () => {
    build('app', ['public']);
    vitest('--project', 'app');
  },
  async tables() {
    build('cli');
    vite(['build', '--mode', 'tables', '--logLevel', 'warn']);
    await import(pathToFileURL(join(root, 'dist', 'tables', 'tables.js')).href);
  },
  async examples() {
    build('cli');
    await import('./examples.mjs');
  },
  'test:fuzz': () => {
    vite(['build', '--mode', 'fuzz', '--logLevel', 'warn']);
    must(process.execPath, ['dist/fuzz/fuzz.js', ...rest], visible);
  },
  'test:faults': () => {
    build('cli');
    build('app', ['public']);
    vitest('--project', 'faults');
  },
  'check:data': () => vitest('--project', 'data'),
  'test:physics': () => {
    build('cli');
    vitest('--project', 'physics');
  },
};

checkNode();
if (!(task in TASKS)) fail(`no task "${task}"; known: ${Object.keys(TASKS).join(', ')}`);
installPackages();
await TASKS[task]();
