/** An XDATCAR as VASP writes it in a fixed cell: two configurations of Li2Cl. */
export const XDATCAR = `Li2 Cl in a box
           1
     5.000000    0.000000    0.000000
     0.000000    5.500000    0.000000
     0.500000    0.000000    6.000000
   Li   Cl
     2     1
Direct configuration=     1
   0.00000000  0.00000000  0.25000000
   0.98000000  0.50000000  0.50000000
   0.50000000  0.50000000  0.00000000
Direct configuration=     2
   0.02000000  0.00000000  0.25000000
   0.01000000  0.50000000  0.50000000
   0.50000000  0.51000000  0.00000000
`;
