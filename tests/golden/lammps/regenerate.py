#!/usr/bin/env python3
"""Writes reference.json of every case from LAMMPS: run `python3 regenerate.py [CASE…]` with `lmp` on the PATH.

Each case holds a LAMMPS input (in.<variant>), its data file and the same potential in this project's form. Conventions
written: eV, eV/Angstrom in the order of atom ids, stress in GPa as xx yy zz yz xz xy with tension positive, virial only
(velocities are zero). Lennard-Jones cases are in reduced units and keep them: "stress" is then minus the pressure tensor.
Prints what changed; nothing is written silently.
"""
import json, os, re, subprocess, sys, tempfile, shutil

here = os.path.dirname(os.path.abspath(__file__))


def thermo(log):
    rows = log.split('\n')
    i = max(k for k, row in enumerate(rows) if row.strip().startswith('Step'))
    return dict(zip(rows[i].split(), map(float, rows[i + 1].split())))


def forces(path):
    rows = open(path).read().split('ITEM: ATOMS')[1].strip().split('\n')[1:]
    return [[float(x) for x in row.split()[5:8]] for row in sorted(rows, key=lambda r: int(r.split()[0]))]


def run(case, variant, version):
    folder = os.path.join(here, case)
    text = open(os.path.join(folder, f'in.{variant}')).read()
    reduced = 'units lj' in text
    with tempfile.TemporaryDirectory() as work:
        shutil.copy(os.path.join(folder, 'system.data'), work)
        open(os.path.join(work, 'in'), 'w').write(text)
        subprocess.run(['lmp', '-in', 'in', '-log', 'log'], cwd=work, check=True, stdout=subprocess.DEVNULL)
        t = thermo(open(os.path.join(work, 'log')).read())
        f = forces(os.path.join(work, f'forces.{variant}.dump'))
    pair, coulomb = t.get('E_vdwl', 0.0), t.get('E_coul', 0.0) + t.get('E_long', 0.0)
    scale = -1.0 if reduced else -1e-4
    stress = [scale * t[k] for k in ('Pxx', 'Pyy', 'Pzz', 'Pyz', 'Pxz', 'Pxy')]
    cutoff = float(re.search(r'pair_style .*?(\d+\.\d+)\s*$', text, re.M).group(1))
    return {'program': 'LAMMPS', 'version': version, 'command': f'lmp -in in.{variant}', 'cutoff': cutoff,
            'units': 'reduced' if reduced else 'eV, Angstrom, GPa',
            'energy': {'total': t['PotEng'], 'pair': pair, 'coulomb': coulomb},
            'forces': [[float(f'{x:.10g}') for x in row] for row in f], 'stress': stress}


def main():
    banner = subprocess.run(['lmp', '-h'], capture_output=True, text=True).stdout
    version = re.search(r'Simulator - (.*)', banner).group(1).strip()
    cases = sys.argv[1:] or sorted(d for d in os.listdir(here) if os.path.isdir(os.path.join(here, d)))
    for case in cases:
        path = os.path.join(here, case, 'reference.json')
        before = json.load(open(path)) if os.path.exists(path) else {}
        variants = sorted(n[3:] for n in os.listdir(os.path.join(here, case)) if n.startswith('in.'))
        after = {v: run(case, v, version) for v in variants}
        for v in variants:
            old = before.get(v, {}).get('energy', {}).get('total')
            new = after[v]['energy']['total']
            print(f'{case:32s} {v:6s} {new:18.9f} eV  was {old}  change {None if old is None else new - old}')
        with open(path, 'w') as out:
            json.dump(after, out, separators=(',', ':'))
            out.write('\n')


main()
