/**
 * The picture: one canvas, WebGL2, drawn only when something changed. It keeps the last frame whatever happens to the
 * engine. On a software adapter it draws seldom and plainly, for every picture costs the run its time.
 */
import { Group, Scene as Room, Vector2, WebGLRenderer } from 'three';
import type { Layers } from '../appState.ts';
import type { Scene } from '../protocol.ts';
import { AtomLayer } from './atoms.ts';
import { Backdrop, CellLayer } from './backdrop.ts';
import { CameraRig, type NamedView } from './cameraRig.ts';
import { HullLayer } from './hulls.ts';
import { Lattice } from './lattice.ts';
import { createSharedUniforms, rgb } from './shading.ts';
import { TrailLayer } from './trails.ts';

/** More than two device pixels per CSS pixel cost four times as much and show nothing new. */
const HIGHEST_PIXEL_RATIO = 2;
/** On a software adapter: ms between two pictures of new positions, at least, at most, and as a multiple of what one took. */
const SOFTWARE = { least: 200, most: 2000, share: 8 } as const;

export interface ViewerOptions {
  /** The canvas for readers who do not see it. */
  readonly label: string;
  readonly reducedMotion: boolean;
  /** After every picture: what lies over it follows the camera. */
  readonly onDraw: (rig: CameraRig) => void;
  /** The browser took the drawing context away. */
  readonly onLost: () => void;
  /** The drawing context is back, and the picture with it. */
  readonly onRestored: () => void;
}

interface Shown {
  readonly scene: Scene;
  readonly lattice: Lattice;
  readonly group: Group;
  readonly atoms: AtomLayer;
  readonly hulls: HullLayer;
  readonly cell: CellLayer;
  readonly trails: TrailLayer;
}

const NO_GHOSTS = { positions: new Float32Array(0), species: new Float32Array(0), count: 0 };

export class Viewer {
  readonly canvas: HTMLCanvasElement;
  private readonly renderer: WebGLRenderer;
  private readonly room = new Room();
  private readonly backdrop = new Backdrop();
  private readonly shared = createSharedUniforms();
  private readonly rig: CameraRig;
  private readonly isSoftware: boolean;
  private readonly onDraw: ViewerOptions['onDraw'];
  private shown: Shown | undefined;
  private layers: Layers = { trails: true, hulls: true, cell: true, ionic: false };
  private positions: Float32Array | undefined;
  private requested = 0;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private urgent = false;
  private drawn = 0;
  /** ms between two pictures of new positions. */
  private every: number = SOFTWARE.least;

  /** Throws where there is no WebGL2. */
  constructor(host: HTMLElement, options: ViewerOptions) {
    this.onDraw = options.onDraw;
    const renderer = webglRenderer();
    if (renderer === undefined) throw new Error('no WebGL2');
    this.isSoftware = /swiftshader|llvmpipe|software|basic render/i.test(renderer);
    this.canvas = document.createElement('canvas');
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', options.label);
    this.renderer = new WebGLRenderer({
      canvas: this.canvas,
      antialias: !this.isSoftware,
      alpha: false,
      powerPreference: 'high-performance',
    });
    host.append(this.canvas);
    this.room.add(this.backdrop.mesh);
    this.rig = new CameraRig(this.canvas, options.reducedMotion || this.isSoftware);
    this.rig.controls.addEventListener('change', () => this.invalidate(true));
    this.canvas.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.rig.key(event.key)) return;
      event.preventDefault();
      this.invalidate(true);
    });
    this.canvas.addEventListener('dblclick', () => this.look('start'));
    this.canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault();
      options.onLost();
    });
    this.canvas.addEventListener('webglcontextrestored', () => {
      options.onRestored();
      this.invalidate(true);
    });
    new ResizeObserver(() => this.resize(host)).observe(host);
    this.resize(host);
  }

  set label(text: string) {
    this.canvas.setAttribute('aria-label', text);
  }

  /** Another structure; trails begin anew. */
  show(scene: Scene): void {
    const before = this.shown;
    this.clear();
    const lattice = new Lattice(scene.cell);
    const hulls = new HullLayer(scene, lattice, this.shared);
    const atoms = new AtomLayer(scene, hulls.ghosts.species.length, this.shared, !this.isSoftware);
    const cell = new CellLayer(lattice, this.shared);
    const trails = new TrailLayer(scene, lattice, this.shared);
    const group = new Group();
    group.matrixAutoUpdate = false;
    group.matrix.copy(lattice.stand);
    group.add(cell.lines, atoms.mesh, trails.mesh, hulls.group);
    this.room.add(group);
    this.shown = { scene, lattice, group, atoms, hulls, cell, trails };
    this.applyLayers();
    const isSameCell = before?.scene.cell.every((x, k) => x === scene.cell[k]) ?? false;
    hulls.update(scene.positions);
    const { ghosts } = hulls;
    if (!isSameCell) this.rig.frame(lattice, ghosts.positions.subarray(0, 3 * ghosts.count));
    this.setColors();
    this.place(scene.positions);
    this.resizeTrails();
  }

  /** Nothing but the page. */
  clear(): void {
    const { shown } = this;
    if (!shown) return;
    this.room.remove(shown.group);
    for (const layer of [shown.atoms, shown.hulls, shown.cell, shown.trails]) layer.dispose();
    this.shown = undefined;
    this.positions = undefined;
    this.invalidate(true);
  }

  /** The structure as it was opened, without trails. */
  restart(): void {
    const { shown } = this;
    if (!shown) return;
    shown.trails.clear();
    this.strain(shown.lattice.h);
    this.place(shown.scene.positions);
  }

  /** Trails begin anew with the next frame. */
  forgetTrails(): void {
    this.shown?.trails.clear();
    this.invalidate(false);
  }

  /** A frame of the run. @param time fs @param positions in the scene's cell @param cell what that has become */
  move(time: number, positions: Float32Array, cell: Float64Array): void {
    this.strain(cell);
    this.shown?.trails.push(time, positions);
    this.place(positions);
  }

  set shownLayers(layers: Layers) {
    this.layers = layers;
    this.applyLayers();
    if (this.positions) this.place(this.positions);
    this.invalidate(true);
  }

  look(view: NamedView): void {
    this.rig.look(view);
    this.invalidate(true);
  }

  /** fs that the trails cover. */
  get trailSpan(): number | undefined {
    return this.shown?.trails.span;
  }

  /** Takes the colours of the page, after a change of theme. */
  setColors(): void {
    const style = getComputedStyle(document.documentElement);
    const token = (name: string): string => style.getPropertyValue(`--${name}`).trim() || '#888888';
    const [middle, edge] = [rgb(token('viewer-centre')), rgb(token('viewer-edge'))];
    this.backdrop.setColors(middle, edge);
    this.shared.fogColor.value = middle.clone().lerp(edge, 0.45);
    const isDark = middle.x + middle.y + middle.z < 1.5;
    this.shared.rim.value = isDark ? 0.35 : 0.6;
    this.shown?.cell.setColor(rgb(token('edge')));
    this.invalidate(true);
  }

  /** Everything in the cell changes its shape with it, ions and trails as well: by some per cent at most. */
  private strain(cell: Float64Array): void {
    const { shown } = this;
    if (!shown) return;
    shown.group.matrix.copy(shown.lattice.strained(cell));
    shown.group.matrixWorldNeedsUpdate = true;
  }

  private place(positions: Float32Array): void {
    this.positions = positions;
    const { shown, layers } = this;
    if (!shown) return;
    if (layers.hulls && !layers.ionic) shown.hulls.update(positions);
    shown.atoms.update(positions, layers.hulls && !layers.ionic ? shown.hulls.ghosts : NO_GHOSTS);
    this.invalidate(false);
  }

  private applyLayers(): void {
    const { shown, layers } = this;
    if (!shown) return;
    shown.trails.mesh.visible = layers.trails && !layers.ionic;
    shown.hulls.group.visible = layers.hulls && !layers.ionic;
    shown.cell.lines.visible = layers.cell;
    shown.atoms.ionicRadii = layers.ionic;
  }

  private resize(host: HTMLElement): void {
    const [width, height] = [Math.max(1, host.clientWidth), Math.max(1, host.clientHeight)];
    const highest = this.isSoftware ? 1 : HIGHEST_PIXEL_RATIO;
    this.renderer.setPixelRatio(Math.min(highest, devicePixelRatio));
    this.renderer.setSize(width, height, false);
    this.rig.resize(width / height);
    this.resizeTrails();
    this.draw();
  }

  private resizeTrails(): void {
    const size = this.renderer.getDrawingBufferSize(new Vector2());
    this.shown?.trails.viewport.value.copy(size);
  }

  /** Asks for a picture; an urgent one does not wait for its turn. */
  private invalidate(urgent: boolean): void {
    this.urgent ||= urgent;
    if (urgent) this.cancelWait();
    if (this.requested === 0 && this.waiting === undefined) {
      this.requested = requestAnimationFrame(() => this.turn());
    }
  }

  private cancelWait(): void {
    clearTimeout(this.waiting);
    this.waiting = undefined;
  }

  private turn(): void {
    this.requested = 0;
    const wait = this.isSoftware && !this.urgent ? this.every - (performance.now() - this.drawn) : 0;
    if (wait > 0) {
      this.waiting = setTimeout(() => {
        this.waiting = undefined;
        this.requested = requestAnimationFrame(() => this.turn());
      }, wait);
      return;
    }
    this.draw();
  }

  private draw(): void {
    this.urgent = false;
    this.drawn = performance.now();
    this.rig.controls.update();
    const [near, far] = this.rig.depths;
    this.shared.fogNear.value = near + 0.15 * (far - near);
    this.shared.fogFar.value = far + 0.2 * (far - near);
    this.renderer.render(this.room, this.rig.camera);
    if (this.isSoftware) this.measure();
    this.onDraw(this.rig);
  }

  /** How long the picture takes once it is its turn: what draws on the processor takes its time from the run. */
  private measure(): void {
    const gl = this.renderer.getContext() as WebGL2RenderingContext;
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    const began = performance.now();
    const look = (): void => {
      if (!fence || gl.isContextLost()) return;
      const took = performance.now() - began;
      if (gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED && took < SOFTWARE.most) {
        setTimeout(look, 4);
        return;
      }
      gl.deleteSync(fence);
      this.every = Math.max(SOFTWARE.least, Math.min(SOFTWARE.most, SOFTWARE.share * took));
    };
    setTimeout(look, 4);
  }
}

/** What draws WebGL2, if anything: asked of a context of its own, for the answer decides how ours is made. */
function webglRenderer(): string | undefined {
  const gl = document.createElement('canvas').getContext('webgl2');
  if (!gl) return undefined;
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  const name = String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return name;
}
