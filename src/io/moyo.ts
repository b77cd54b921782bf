/** The library moyo (space groups in WebAssembly), loaded once when first needed. */

export type Moyo = typeof import('@spglib/moyo-wasm');

let loading: Promise<Moyo> | undefined;

/** The library, ready for use. */
export function loadMoyo(): Promise<Moyo> {
  loading ??= openMoyo();
  return loading;
}

/**
 * The wasm module travels as base64 inside a chunk of its own, loaded when a file first needs it: the only form
 * that vite's browser build, its SSR build under plain Node and vitest all understand (a `?url` needs fetch in one and
 * the file system in the other).
 */
async function openMoyo(): Promise<Moyo> {
  const [moyo, { default: dataUrl }] = await Promise.all([
    import('@spglib/moyo-wasm'),
    import('@spglib/moyo-wasm/moyo_wasm_bg.wasm?url&inline'),
  ]);
  const base64 = dataUrl.slice(dataUrl.indexOf(',') + 1);
  moyo.initSync({ module: Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)) });
  return moyo;
}
