/**
 * A headless Chromium for the app tier: the one that npm `@sparticuz/chromium` carries, or an installed browser named by
 * HALIDE_BROWSER. WebGPU and WebGL2 both run on SwiftShader, so no GPU is needed.
 */
import { existsSync } from 'node:fs';
import { link, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import puppeteer, { type Browser, type ConsoleMessage, type Page } from 'puppeteer';
import { preview } from 'vite';
import { BUNDLED_RUNS_HERE, bundled } from '../../src/cli/bundled.ts';

const root = resolve(import.meta.dirname, '../..');

/** Measured to give both APIs without a GPU in Chromium 147; the sandbox does not start as root. */
const FLAGS = [
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--hide-scrollbars',
  '--force-color-profile=srgb',
];
/** Leads to this machine by an address that is not secure. */
export const INSECURE_HOST = 'halide.test';
const WEBGPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
const NO_WEBGL = ['--disable-3d-apis'];

export interface BrowserOptions {
  /** False: a browser as it is without WebGPU. */
  readonly webgpu?: boolean;
  readonly webgl?: boolean;
}

interface Executable {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts the browser; says what to do where there is none. */
export async function launchBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const { webgpu = true, webgl = true } = options;
  const { path, env } = await browserExecutable();
  return puppeteer.launch({
    executablePath: path,
    headless: 'shell',
    args: [
      ...FLAGS,
      ...(webgpu ? WEBGPU : []),
      ...(webgl ? [] : NO_WEBGL),
      `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
    ],
    env: { ...process.env, ...env },
    protocolTimeout: 240_000,
  });
}

async function browserExecutable(): Promise<Executable> {
  const asked = process.env['HALIDE_BROWSER'];
  if (asked) {
    if (!existsSync(asked)) throw new Error(`HALIDE_BROWSER=${asked}: there is no such file`);
    return { path: asked, env: {} };
  }
  if (!BUNDLED_RUNS_HERE) {
    throw new Error(
      `no browser for the app tests: the bundled Chromium is for Linux on x64, this is ${process.platform} on ` +
        `${process.arch}; set HALIDE_BROWSER to the path of an installed Chrome, Chromium or Edge`,
    );
  }
  const [path, libraries, drivers, fonts] = [
    await bundled('chromium'),
    await bundled('al2023'),
    await bundled('swiftshader'),
    await bundled('fonts'),
  ];
  // Chromium looks for ANGLE and SwiftShader in the folder of its executable, links resolved.
  for (const name of await readdir(drivers)) {
    await link(join(drivers, name), join(dirname(path), name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  // The configuration that comes with the fonts names folders of a cloud service.
  const fontConfiguration = join(dirname(path), 'fonts.conf');
  await writeFile(
    fontConfiguration,
    `<fontconfig><dir>${fonts}</dir><dir>/usr/share/fonts</dir><cachedir>${join(dirname(path), 'fonts-cache')}</cachedir></fontconfig>`,
  );
  return {
    path,
    env: {
      LD_LIBRARY_PATH: join(libraries, 'lib'),
      FONTCONFIG_FILE: fontConfiguration,
      // The Node side of the tests may have chosen a driver; the browser brings its own.
      VK_ICD_FILENAMES: join(drivers, 'vk_swiftshader_icd.json'),
      VK_DRIVER_FILES: join(drivers, 'vk_swiftshader_icd.json'),
    },
  };
}

export interface ServedApp {
  /** Ends in a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves dist/app the way `npm start` does, on a free port. */
export async function serveApp(): Promise<ServedApp> {
  if (!existsSync(join(root, 'dist', 'app', 'index.html'))) {
    throw new Error('dist/app is missing: `npm run build` first (`npm test` does it by itself)');
  }
  const server = await preview({
    configFile: join(root, 'vite.config.ts'),
    mode: 'app',
    logLevel: 'warn',
    preview: { port: await freePort(), strictPort: true, host: '127.0.0.1', allowedHosts: [INSECURE_HOST] },
  });
  const url = server.resolvedUrls?.local[0];
  if (!url) throw new Error('vite preview gave no address');
  return { url, close: () => server.close() };
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? done(address.port) : fail(new Error('no port')),
      );
    });
  });
}

/** A page that remembers every error and warning of the console and every exception nobody caught. */
export async function openPage(
  browser: Browser,
  url: string,
  viewport: { readonly width: number; readonly height: number } = { width: 1280, height: 800 },
): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const page = await browser.newPage();
  await page.setViewport({ ...viewport, deviceScaleFactor: 1 });
  const complaints: string[] = [];
  const note = (message: ConsoleMessage): void => {
    const kind = message.type();
    if ((kind === 'error' || kind === 'warn') && !isForeign(message.text())) {
      complaints.push(`${kind}: ${message.text()}`);
    }
  };
  page.on('console', note);
  page.on('pageerror', (error) => complaints.push(`exception: ${(error as Error).message}`));
  page.on('requestfailed', (request) => complaints.push(`request failed: ${request.url()}`));
  await page.goto(url, { waitUntil: 'load' });
  return { page, complaints };
}

/** What the browser says of its own software drivers, not of us. */
function isForeign(text: string): boolean {
  return /GPU stall due to ReadPixels|Automatic fallback to software WebGL|SwiftShader.*deprecated/i.test(
    text,
  );
}

/** Fields of the page's state that tests look at. */
interface PageState {
  readonly phase: string;
  readonly kelvin: number;
  /** Since when displacements count, if the bath was set while they did, fs. */
  readonly restarted: { readonly kelvin: number; readonly time: number } | null;
  readonly analysis: { readonly since: number; readonly duration: number } | null;
}

/** The state of the page, as its hook gives it. */
export function stateOf(page: Page): Promise<PageState> {
  return page.evaluate(() => window.halide?.state() as PageState);
}

/** Waits until the page's state has these values; what it had instead is in the error. */
export async function waitForState(page: Page, wanted: Partial<PageState>, timeout = 120_000): Promise<void> {
  try {
    await page.waitForFunction(
      (fields) => {
        const state = window.halide?.state() as Record<string, unknown> | undefined;
        return state !== undefined && Object.entries(fields).every(([key, value]) => state[key] === value);
      },
      { timeout, polling: 100 },
      wanted as Record<string, unknown>,
    );
  } catch (error) {
    const state = await page.evaluate(() => {
      const { phase, failure, adapter } = (window.halide?.state() ?? {}) as Record<string, unknown>;
      return JSON.stringify({ phase, failure, adapter });
    });
    throw new Error(`waited for ${JSON.stringify(wanted)}, found ${state}`, { cause: error });
  }
}

/** What an element says, without the layout's spaces. */
export async function textOf(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (element) => (element.textContent ?? '').replace(/[\s\u202f]+/g, ' ').trim());
}

/** Drops a file on the page, as a hand would. */
export async function dropFile(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(
    (fileName, content) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], fileName));
      for (const type of ['dragover', 'drop']) {
        document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
      }
    },
    name,
    text,
  );
}

/** Pixels of an element on a screenshot that have the colour of an ion's role (palette.ts), shaded or not. */
export async function colorCounts(
  page: Page,
  selector: string,
): Promise<{ mobile: number; metal: number; anion: number }> {
  const element = await page.$(selector);
  if (!element) throw new Error(`there is no ${selector}`);
  const picture = await element.screenshot({ encoding: 'base64' });
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    if (!context) throw new Error('no 2-D canvas');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const counts = { mobile: 0, metal: 0, anion: 0 };
    for (let i = 0; i < data.length; i += 4) {
      const [r, g, b] = [data[i] as number, data[i + 1] as number, data[i + 2] as number];
      if (r > 140 && r > 1.6 * g && g > b) counts.mobile++;
      else if (b > 120 && b > 1.6 * g && b > 2.5 * r) counts.metal++;
      else if (g > 130 && g > 1.1 * r && g > 1.25 * b) counts.anion++;
    }
    return counts;
  }, picture);
}
