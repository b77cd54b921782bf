/** Help texts: one place for what the command line says of itself. */

export const USAGE = `halide-md: molecular dynamics of ionic conductors on WebGPU

  halide-md run SPEC [--out DIR] [--set path=value]… [--json]
  halide-md energy STRUCTURE --potential P [--method ewald] [--accuracy 1e-5] [--alpha A] [--cutoff Å] [--json FILE|-]
  halide-md analyze TRAJECTORY --mobile Li --temperature 600 [--charge Li=1,Cl=-1] [--frame-interval fs] [--types Li,O,Cl]
                    [--analysis rdf,sites] [--set rdf.binWidth=0.02] [--topology FILE] [--unwrapped] [--skip fs] [--out DIR]
  halide-md build STRUCTURE --supercell NA NB NC --out FILE
  halide-md convert IN OUT [--types Li,O,Cl] [--topology FILE]
  halide-md bvse STRUCTURE|TRAJECTORY --mobile Li [--spacing 0.2] [--every N | --density --temperature K] [--out DIR]
  halide-md inspect STRUCTURE [--tolerance 0.01] [--types Li,O,Cl] [--json]
  halide-md list [potentials|examples|formats|analyses] [--for Li3YCl6]
  halide-md info [--json]

Every verb: --help, --debug (stack traces), --adapter auto|system|swiftshader.
Units: Å, fs, eV, e, K, GPa, u; conductivities S/cm, diffusivities cm²/s.
Exit codes: 0 done, 1 internal error, 2 bad input, 3 GPU, 4 physics, 130 interrupted.`;
