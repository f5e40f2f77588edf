"""Every laboratory term of the CTCAE with values at, just under and just over each limit, written from the criteria.

The figures here were written from the printed criteria and not from the product's tables.
"""

HAEMATOLOGY = """
ctcae   | term                           | concept              | unit   | low  | high | base | grades
--------+--------------------------------+----------------------+--------+------+------+------+------------------------
5.0     | Neutrophil count decreased low | lab.neutrophil_abs   | 10*9/L | 2.0  | 7.5  |      | 2.0=0 1.99=1 1.5=1 1.49=2 1.0=2 0.99=3 0.5=3 0.49=4 0=4
5.0     | Neutrophil count decreased low | lab.neutrophil_abs   | /uL    | 2000 | 7500 | 1200 | 2000=0 1999=1 1500=1 1499=2 1000=2 999=3 500=3 499=4
6.0     | Neutrophil count decreased low | lab.neutrophil_abs   | 10*9/L | 2.0  | 7.5  |      | 2.0=0 1.99=0 1.5=0 1.49=1 1.0=1 0.99=2 0.5=2 0.49=3 0.1=3 0.09=4 0=4
6.0     | Neutrophil count decreased low | lab.neutrophil_abs   | /uL    |      |      | 1200 | 1500=0 1499=1 1000=1 999=2 500=2 499=3 100=3 99=4
5.0     | Neutrophil count decreased low | lab.neutrophil_abs   | 10*9/L |      |      |      | 1.8=?no-range 1.5=?no-range 1.49=2 0.4=4
5.0     | Lymphocyte count decreased low | lab.lymphocyte_abs   | 10*9/L | 1.1  | 3.2  |      | 1.1=0 1.09=1 0.8=1 0.79=2 0.5=2 0.49=3 0.2=3 0.19=4
5.0     | Lymphocyte count decreased low | lab.lymphocyte_abs   | /uL    | 1100 | 3200 | 700  | 1100=0 1099=1 800=1 799=2 500=2 499=3 200=3 199=4
6.0     | Lymphopenia low                | lab.lymphocyte_abs   | 10*9/L | 1.1  | 3.2  |      | 1.1=0 1.09=1 0.79=1 0.1=1
6.0     | Lymphopenia low                | lab.lymphocyte_abs   | /uL    | 1100 | 3200 | 700  | 1100=0 1099=1 100=1
5.0 6.0 | White blood cell decreased low | lab.wbc              | 10*9/L | 3.5  | 9.5  |      | 3.5=0 3.49=1 3.0=1 2.99=2 2.0=2 1.99=3 1.0=3 0.99=4
5.0 6.0 | White blood cell decreased low | lab.wbc              | /uL    | 3500 | 9500 | 2500 | 3500=0 3499=1 3000=1 2999=2 2000=2 1999=3 1000=3 999=4
5.0     | Platelet count decreased low   | lab.platelet         | 10*9/L | 125  | 350  |      | 125=0 124=1 75=1 74.9=2 50=2 49.9=3 25=3 24.9=4 9=4
5.0     | Platelet count decreased low   | lab.platelet         | 10*3/uL| 125  | 350  | 40   | 125=0 124=1 75=1 74=2 50=2 49=3 25=3 24=4
6.0     | Thrombocytopenia low           | lab.platelet         | 10*9/L | 125  | 350  |      | 125=0 124=1 75=1 74.9=2 50=2 49.9=3 25=3 24.9=3 10=3 9.9=4
6.0     | Thrombocytopenia low           | lab.platelet         | 10*3/uL| 125  | 350  | 40   | 125=0 124=1 75=1 74=2 50=2 49=3 10=3 9=4
5.0 6.0 | Anemia low                     | lab.hemoglobin_mass  | g/L    | 115  | 150  |      | 115=0 114=1 100=1 99.9=2 80=2 79.9=3 30=3
5.0 6.0 | Anemia low                     | lab.hemoglobin_mass  | g/dL   | 11.5 | 15.0 | 9.0  | 11.5=0 11.4=1 10.0=1 9.9=2 8.0=2 7.9=3
5.0 6.0 | Anemia low                     | lab.hemoglobin_molar | mmol/L | 7.1  | 9.3  | 6.0  | 7.1=0 7.0=1 6.2=1 6.19=2 4.9=2 4.89=3
5.0 6.0 | CD4 lymphocytes decreased low  | lab.cd4_abs          | 10*9/L | 0.6  | 1.5  |      | 0.6=0 0.59=1 0.5=1 0.49=2 0.2=2 0.19=3 0.05=3 0.049=4
5.0 6.0 | CD4 lymphocytes decreased low  | lab.cd4_abs          | /uL    | 600  | 1500 | 300  | 600=0 599=1 500=1 499=2 200=2 199=3 50=3 49=4
"""

COAGULATION = """
ctcae   | term                                               | concept        | unit  | low | high | base | grades
--------+----------------------------------------------------+----------------+-------+-----+------+------+--------------------
5.0 6.0 | INR increased high                                 | lab.inr        | 1     | 0.8 | 1.2  |      | 1.2=0 1.21=1 1.5=1 1.51=2 2.5=2 2.51=3
5.0 6.0 | INR increased high                                 | lab.inr        |{ratio}|     |      | 1.4  | 1.2=0 1.21=1 1.5=1 1.51=2 2.5=2 2.51=3
5.0 6.0 | Activated partial thromboplastin time prolonged high | lab.aptt     | s     | 25  | 40   |      | 40=0 40.1=1 60=1 60.1=2 100=2 100.1=3
5.0 6.0 | Activated partial thromboplastin time prolonged high | lab.aptt     | ms    |     | 40000| 45000| 40000=0 40001=1 60000=1 60001=2 100000=2 100001=3
5.0 6.0 | Activated partial thromboplastin time prolonged high | lab.aptt     | s     |     |      |      | 30=?no-range 200=?no-range
5.0 6.0 | Fibrinogen decreased low                           | lab.fibrinogen | g/L   | 2.0 | 4.0  |      | 2.0=0 1.99=1 1.5=1 1.49=2 1.0=2 0.99=3 0.5=3 0.49=4
5.0 6.0 | Fibrinogen decreased low                           | lab.fibrinogen | mg/dL | 200 | 400  | 200  | 200=0 199=1 151=1 150=2 149=2 101=2 100=3 99=3 51=3 50=4 49=4
5.0 6.0 | Fibrinogen decreased low                           | lab.fibrinogen | g/L   | 3.0 | 4.0  |      | 0.75=3 0.74=4
5.0 6.0 | Fibrinogen decreased low                           | lab.fibrinogen | g/L   | 2.0 | 4.0  | 1.8  | 2.0=0 1.99=1 1.5=1 1.36=2 1.35=2 0.91=3 0.9=3 0.46=4
5.0 6.0 | Fibrinogen decreased low                           | lab.fibrinogen | g/L   | 1.6 | 4.0  | 4.0  | 1.6=0 1.59=3 1.01=3 1.0=4
5.0 6.0 | Fibrinogen decreased low                           | lab.fibrinogen | g/L   | 2.0 | 4.0  | none | 2.0=0 1.9=?no-baseline 0.49=4
"""

LIVER = """
ctcae   | term                                    | concept                 | unit   | low | high | base | grades
--------+-----------------------------------------+-------------------------+--------+-----+------+------+------------------
5.0 6.0 | Alanine aminotransferase increased high | lab.alt                 | U/L    | 7   | 40   |      | 40=0 40.1=1 120=1 120.1=2 200=2 200.1=3 800=3 800.1=4
5.0 6.0 | Alanine aminotransferase increased high | lab.alt                 | U/L    | 7   | 40   | 40   | 40=0 40.1=1 120=1 120.1=2 200=2 200.1=3 800=3 800.1=4
5.0 6.0 | Alanine aminotransferase increased high | lab.alt                 | U/L    | 7   | 40   | 5    | 40=0 41=1 121=2
5.0     | Alanine aminotransferase increased high | lab.alt                 | U/L    | 7   | 40   | 60   | 60=0 89.9=0 90=1 180=1 180.1=2 300=2 300.1=3 1200=3 1200.1=4
6.0     | Alanine aminotransferase increased high | lab.alt                 | U/L    | 7   | 40   | 60   | 59.9=0 60=1 90=1 90.1=2 120=2 120.1=3 240=3 240.1=4
5.0     | Alanine aminotransferase increased high | lab.alt                 | ukat/L | 0.1 | 0.6  | 1    | 1=0 1.49=0 1.5=1 3=1 3.01=2 5=2 5.01=3 20=3 20.1=4
6.0     | Alanine aminotransferase increased high | lab.alt                 | ukat/L | 0.1 | 0.6  | 1    | 0.99=0 1=1 1.5=1 1.51=2 2=2 2.01=3 4=3 4.01=4
5.0 6.0 | Alanine aminotransferase increased high | lab.alt                 | U/L    |     |      | 60   | 100=?no-range 2000=?no-range
5.0 6.0 | Alanine aminotransferase increased high | lab.alt                 | U/L    | 7   | 40   | none | 40=0 41=?no-baseline 5000=?no-baseline
5.0 6.0 | Aspartate aminotransferase increased high | lab.ast               | U/L    | 13  | 35   |      | 35=0 35.1=1 105=1 105.1=2 175=2 175.1=3 700=3 700.1=4
5.0     | Aspartate aminotransferase increased high | lab.ast               | U/L    | 13  | 35   | 60   | 60=0 89.9=0 90=1 180=1 180.1=2 300=2 300.1=3 1200=3 1200.1=4
6.0     | Aspartate aminotransferase increased high | lab.ast               | U/L    | 13  | 35   | 60   | 59.9=0 60=1 90=1 90.1=2 120=2 120.1=3 240=3 240.1=4
5.0 6.0 | Aspartate aminotransferase increased high | lab.ast               | ukat/L | 0.1 | 0.6  | 0.5  | 0.6=0 0.61=1 1.8=1 1.81=2 3=2 3.01=3 12=3 12.1=4
5.0 6.0 | Blood bilirubin increased high          | lab.bilirubin_total_molar | umol/L | 5 | 20   |      | 20=0 20.1=1 30=1 30.1=2 60=2 60.1=3 200=3 200.1=4
5.0 6.0 | Blood bilirubin increased high          | lab.bilirubin_total_mass | mg/dL | 0.2 | 1.0  | 0.8  | 1.0=0 1.01=1 1.5=1 1.51=2 3.0=2 3.01=3 10=3 10.1=4
5.0     | Blood bilirubin increased high          | lab.bilirubin_total_molar | umol/L | 5 | 20   | 40   | 40=0 40.1=1 60=1 60.1=2 120=2 120.1=3 400=3 400.1=4
6.0     | Blood bilirubin increased high          | lab.bilirubin_total_molar | umol/L | 5 | 20   | 40   | 39.9=0 40=1 60=1 60.1=2 100=2 100.1=3 400=3 400.1=4
5.0     | Alkaline phosphatase increased high     | lab.alp                 | U/L    | 35  | 100  |      | 100=0 100.1=1 250=1 250.1=2 500=2 500.1=3 2000=3 2000.1=4
5.0     | Alkaline phosphatase increased high     | lab.alp                 | U/L    | 35  | 100  | 120  | 239.9=0 240=1 300=1 300.1=2 600=2 600.1=3 2400=3 2400.1=4
5.0     | Alkaline phosphatase increased high     | lab.alp                 | ukat/L | 0.5 | 2    | 1    | 2=0 2.01=1 5=1 5.01=2 10=2 10.1=3 40=3 40.1=4
6.0     | Alkaline phosphatase increased high     | lab.alp                 | U/L    | 35  | 100  |      | 100=0 100.1=1 9000=1
6.0     | Alkaline phosphatase increased high     | lab.alp                 | U/L    | 35  | 100  | 120  | 120=0 120.1=1 9000=1
6.0     | Alkaline phosphatase increased high     | lab.alp                 | ukat/L | 0.5 | 2    | 1    | 1.1=0 2=0 2.01=1
6.0     | Alkaline phosphatase increased high     | lab.alp                 | U/L    | 35  | 100  | none | 100=0 101=?no-baseline
5.0 6.0 | GGT increased high                      | lab.ggt                 | U/L    | 7   | 40   |      | 40=0 40.1=1 100=1 100.1=2 200=2 200.1=3 800=3 800.1=4
5.0     | GGT increased high                      | lab.ggt                 | U/L    | 7   | 40   | 60   | 60=0 119.9=0 120=1 150=1 150.1=2 300=2 300.1=3 1200=3 1200.1=4
6.0     | GGT increased high                      | lab.ggt                 | U/L    | 7   | 40   | 60   | 59.9=0 60=1 90=1 90.1=2 180=2 180.1=3 600=3 600.1=4
5.0 6.0 | GGT increased high                      | lab.ggt                 | ukat/L | 0.1 | 0.6  | 0.5  | 0.6=0 0.61=1 1.5=1 1.51=2 3=2 3.01=3 12=3 12.1=4
5.0 6.0 | Blood lactate dehydrogenase increased high | lab.ldh              | U/L    | 120 | 250  |      | 250=0 250.1=1 9000=1
5.0 6.0 | Blood lactate dehydrogenase increased high | lab.ldh              | ukat/L | 2   | 4    | 6    | 4=0 4.01=1
5.0     | Lipase increased high                   | lab.lipase              | U/L    |     | 60   |      | 60=0 60.1=1 90=1 90.1=2 120=2 120.1=2s 300=2s 300.1=3s
6.0     | Lipase increased high                   | lab.lipase              | U/L    |     | 60   |      | 60=0 60.1=1 90=1 90.1=2 180=2 180.1=2s 300=2s 300.1=3s
5.0     | Lipase increased high                   | lab.lipase              | ukat/L |     | 1    | 2    | 1=0 1.01=1 1.5=1 1.51=2 2=2 2.01=2s 5=2s 5.01=3s
6.0     | Lipase increased high                   | lab.lipase              | ukat/L |     | 1    | 2    | 1=0 1.01=1 1.5=1 1.51=2 3=2 3.01=2s 5=2s 5.01=3s
5.0 6.0 | Serum amylase increased high            | lab.amylase             | U/L    |     | 100  |      | 100=0 100.1=1 150=1 150.1=2 200=2 200.1=2s 500=2s 500.1=3s
5.0 6.0 | Serum amylase increased high            | lab.amylase             | ukat/L |     | 1    | 2    | 1=0 1.01=1 1.5=1 1.51=2 2=2 2.01=2s 5=2s 5.01=3s
5.0     | CPK increased high                      | lab.ck                  | U/L    | 40  | 200  |      | 200=0 200.1=1 500=1 500.1=2 1000=2 1000.1=3 2000=3 2000.1=4
5.0     | CPK increased high                      | lab.ck                  | ukat/L | 1   | 3    | 4    | 3=0 3.01=1 7.5=1 7.51=2 15=2 15.1=3 30=3 30.1=4
"""

KIDNEY = """
ctcae   | term                           | concept                     | unit    | low | high | base | grades
--------+--------------------------------+-----------------------------+---------+-----+------+------+----------------------
5.0 6.0 | Creatinine increased high      | lab.creatinine_molar        | umol/L  | 45  | 100  |      | 100=0 100.1=1 150=1 150.1=2 300=2 300.1=3 600=3 600.1=4
5.0     | Creatinine increased high      | lab.creatinine_molar        | umol/L  | 45  | 100  | 60   | 90=0 90.1=2 100=2 150.1=2 180=2 180.1=3 600=3 600.1=4
6.0     | Creatinine increased high      | lab.creatinine_molar        | umol/L  | 45  | 100  | 60   | 90.1=0 100=0 100.1=1 150=1 150.1=2 180.1=2 300=2 300.1=3 600.1=4
5.0     | Creatinine increased high      | lab.creatinine_molar        | umol/L  | 45  | 100  | 200  | 100=0 100.1=1 150.1=2 300=2 300.1=3 600=3 600.1=4
6.0     | Creatinine increased high      | lab.creatinine_molar        | umol/L  | 45  | 100  | 200  | 100=0 100.1=1 150.1=2 300=2 300.1=3 600=3 600.1=4
6.0     | Creatinine increased high      | lab.creatinine_molar        | umol/L  | 45  | 100  | 40   | 60=0 60.1=2 100.1=2 120=2 120.1=3 600=3 600.1=4
5.0 6.0 | Creatinine increased high      | lab.creatinine_mass         | mg/dL   | 0.5 | 1.2  | 1.2  | 1.2=0 1.21=1 1.8=1 1.81=2 3.6=2 3.61=3 7.2=3 7.21=4
5.0     | Creatinine increased high      | lab.creatinine_molar        | umol/L  | 45  | 100  | none | 90=?no-baseline 160=?no-baseline 301=3 601=4
5.0     | Creatinine increased high      | lab.creatinine_molar        | umol/L  |     |      | 60   | 90=?no-range 91=?no-range
6.0     | Creatinine increased high      | lab.creatinine_molar        | umol/L  |     | 100  | 60   | 80=0 95=?no-range 310=3
5.0 6.0 | Chronic kidney disease low     | lab.egfr_ckdepi2021         | mL/min/{1.73_m2} | 90 | |     | 90=0 89=1 60=1 59.5=2 59=2 30=2 29.5=3 29=3 15=3 14.9=4
5.0 6.0 | Chronic kidney disease low     | lab.crcl_cg_bsa_normalised  | mL/min/1.73m2 | 90 | | 50     | 90=0 89=1 60=1 59=2 30=2 29=3 15=3 14=4
5.0 6.0 | Chronic kidney disease low     | lab.egfr_mdrd               | mL/min/{1.73_m2} | | |        | 75=?no-range 59=2
5.0 6.0 | Chronic kidney disease low     | lab.crcl_24h                | mL/min  | 90  |      |      | 20=?unit 100=?unit
5.0 6.0 | Chronic kidney disease high    | lab.upcr_mass_ratio         | g/g     |     | 0.2  |      | 0.5=0 0.51=1 9=1
5.0 6.0 | Chronic kidney disease high    | lab.upcr_mass_ratio         | mg/g    |     | 200  | 900  | 500=0 501=1
5.0 6.0 | Chronic kidney disease high    | lab.urine_protein_dipstick  | {plus}  |     |      |      | 0=0 1=0 2=1 4=1
5.0 6.0 | Chronic kidney disease high    | lab.urine_protein_dipstick  | {plus}  |     |      | 2    | 0=0 1=0 2=1 4=1
5.0     | Proteinuria high               | lab.urine_protein_24h_mass  | g/d     |     | 0.15 |      | 0.149=0 0.15=1 0.99=1 1.0=2 3.49=2 3.5=3
5.0     | Proteinuria high               | lab.urine_protein_24h_mass  | mg/24h  |     | 150  | 800  | 149=0 150=1 999=1 1000=2 3499=2 3500=3
5.0     | Proteinuria high               | lab.urine_protein_24h_mass  | g/d     |     |      |      | 0.1=?no-range 1.0=2
5.0     | Proteinuria high               | lab.urine_protein_dipstick  | {plus}  |     |      |      | 1=1 2=2 3=2 4=3
5.0     | Proteinuria high               | lab.urine_protein_dipstick  | {plus}  |     |      | 1    | 0=0 1=1 2=2 3=2 4=3
6.0     | Urinary protein increased high | lab.urine_protein_24h_mass  | g/d     |     | 0.15 |      | 0.149=0 0.15=1 0.99=1 1.0=2 3.49=2 3.5=3
6.0     | Urinary protein increased high | lab.urine_protein_24h_mass  | mg/24h  |     | 150  | 800  | 149=0 150=1 999=1 1000=2 3499=2 3500=3
6.0     | Urinary protein increased high | lab.urine_protein_dipstick  | {plus}  |     |      |      | 1=1 2=2 3=2 4=3
6.0     | Urinary protein increased high | lab.urine_protein_dipstick  | {plus}  |     |      | 1    | 0=0 1=1 2=2 3=2 4=3
6.0     | Urinary protein increased high | lab.upcr_mass_ratio         | g/g     |     | 0.2  |      | 0.2=0 0.21=1 0.99=1 1=2 3.5=2 3.51=3
6.0     | Urinary protein increased high | lab.upcr_mass_ratio         | mg/g    |     | 200  | 900  | 200=0 201=1 999=1 1000=2 3500=2 3501=3
6.0     | Urinary protein increased high | lab.upcr_mass_ratio         | g/g     |     |      |      | 0.1=?no-range 1=2
"""

ELECTROLYTES = """
ctcae   | term                 | concept                        | unit   | low  | high | base | grades
--------+----------------------+--------------------------------+--------+------+------+------+-----------------------------
5.0 6.0 | Hyperkalemia high    | lab.potassium                  | mmol/L | 3.5  | 5.3  |      | 5.3=0 5.31=1 5.5=1 5.51=2 6.0=2 6.01=3 7.0=3 7.01=4
5.0 6.0 | Hyperkalemia high    | lab.potassium                  | mEq/L  | 3.5  | 5.3  | 5.6  | 5.3=0 5.31=1 5.5=1 5.51=2 6.0=2 6.01=3 7.0=3 7.01=4
5.0 6.0 | Hypokalemia low      | lab.potassium                  | mmol/L | 3.5  | 5.3  |      | 3.5=0 3.49=1s 3.0=1s 2.99=3 2.5=3 2.49=4
5.0 6.0 | Hypokalemia low      | lab.potassium                  | mEq/L  | 3.5  | 5.3  | 3.2  | 3.5=0 3.49=1s 3.0=1s 2.99=3 2.5=3 2.49=4
5.0 6.0 | Hypernatremia high   | lab.sodium                     | mmol/L | 137  | 147  |      | 147=0 148=1 150=1 151=2 155=2 156=3 160=3 161=4
5.0 6.0 | Hypernatremia high   | lab.sodium                     | mEq/L  | 137  | 147  | 149  | 147=0 148=1 150=1 151=2 155=2 156=3 160=3 161=4
5.0 6.0 | Hyponatremia low     | lab.sodium                     | mmol/L | 137  | 147  |      | 137=0 136=1 130=1 129.5=2s 129=2s 125=2s 124.5=3 124=3 120=3 119.9=4
5.0 6.0 | Hyponatremia low     | lab.sodium                     | mEq/L  | 137  | 147  | 128  | 137=0 136=1 130=1 129=2s 125=2s 124=3 120=3 119=4
5.0 6.0 | Hypercalcemia high   | lab.calcium_albumin_corrected  | mmol/L | 2.1  | 2.6  |      | 2.6=0 2.61=1 2.9=1 2.91=2 3.1=2 3.11=3 3.4=3 3.41=4
5.0 6.0 | Hypercalcemia high   | lab.calcium_albumin_corrected  | mg/dL  | 8.4  | 10.4 | 11   | 10.4=0 10.5=1 11.5=1 11.6=2 12.5=2 12.6=3 13.5=3 13.6=4
5.0 6.0 | Hypercalcemia high   | lab.calcium_ionised            | mmol/L | 1.1  | 1.35 |      | 1.35=0 1.36=1 1.5=1 1.51=2 1.6=2 1.61=3 1.8=3 1.81=4
5.0 6.0 | Hypercalcemia high   | lab.calcium_ionised            | umol/L | 1100 | 1350 | 1400 | 1350=0 1351=1 1500=1 1501=2 1600=2 1601=3 1800=3 1801=4
5.0 6.0 | Hypocalcemia low     | lab.calcium_albumin_corrected  | mmol/L | 2.1  | 2.6  |      | 2.1=0 2.09=1 2.0=1 1.99=2 1.75=2 1.74=3 1.5=3 1.49=4
5.0 6.0 | Hypocalcemia low     | lab.calcium_albumin_corrected  | mg/dL  | 8.4  | 10.4 | 8.1  | 8.4=0 8.3=1 8.0=1 7.9=2 7.0=2 6.9=3 6.0=3 5.9=4
5.0 6.0 | Hypocalcemia low     | lab.calcium_ionised            | mmol/L | 1.1  | 1.35 |      | 1.1=0 1.09=1 1.0=1 0.99=2 0.9=2 0.89=3 0.8=3 0.79=4
5.0 6.0 | Hypocalcemia low     | lab.calcium_ionised            | umol/L | 1100 | 1350 | 1050 | 1100=0 1099=1 1000=1 999=2 900=2 899=3 800=3 799=4
5.0 6.0 | Hypermagnesemia high | lab.magnesium                  | mmol/L | 0.75 | 1.02 |      | 1.02=0 1.03=1 1.23=1 1.24=3 3.30=3 3.31=4
5.0 6.0 | Hypermagnesemia high | lab.magnesium                  | mg/dL  | 1.8  | 2.5  | 2.8  | 2.5=0 2.6=1 3.0=1 3.1=3 8.0=3 8.1=4
5.0 6.0 | Hypomagnesemia low   | lab.magnesium                  | mmol/L | 0.75 | 1.02 |      | 0.75=0 0.74=1 0.5=1 0.49=2 0.4=2 0.39=3 0.3=3 0.29=4
5.0 6.0 | Hypomagnesemia low   | lab.magnesium                  | mg/dL  | 1.8  | 2.5  | 1.5  | 1.8=0 1.7=1 1.2=1 1.1=2 0.9=2 0.8=3 0.7=3 0.6=4
"""

METABOLISM = """
ctcae   | term                      | concept             | unit   | low | high | base | grades
--------+---------------------------+---------------------+--------+-----+------+------+----------------------------------
5.0     | Hyperglycemia high        | lab.glucose         | mmol/L | 3.9 | 6.1  |      | 6.1=0 6.2=?needs-person 30=?needs-person
5.0     | Hyperglycemia high        | lab.glucose_fasting | mg/dL  | 70  | 110  | 150  | 110=0 150=0 151=?needs-person
6.0     | Hyperglycemia high        | lab.glucose_fasting | mmol/L | 3.9 | 6.1  |      | 6.1=0 6.2=1 8.9=1 8.91=2 13.9=2 13.91=3 27.8=3 27.81=4
6.0     | Hyperglycemia high        | lab.glucose_fasting | mg/dL  | 70  | 110  | 150  | 110=0 111=1 160=1 161=2 250=2 251=3 500=3 501=4
6.0     | Hyperglycemia high        | lab.glucose         | mmol/L | 3.9 | 6.1  |      | 6.1=0 6.2=?not-fasting 8.91=?not-fasting 13.9=?not-fasting 13.91=3 27.8=3 27.81=4
6.0     | Hyperglycemia high        | lab.glucose         | mg/dL  | 70  | 110  | 150  | 110=0 111=?not-fasting 250=?not-fasting 251=3 500=3 501=4
5.0 6.0 | Hypoglycemia low          | lab.glucose         | mmol/L | 3.9 | 6.1  |      | 3.9=0 3.89=1 3.0=1 2.99=2 2.2=2 2.19=3 1.7=3 1.69=4
5.0 6.0 | Hypoglycemia low          | lab.glucose_fasting | mg/dL  | 70  | 110  | 60   | 70=0 69=1 55=1 54=2 40=2 39=3 30=3 29=4
5.0 6.0 | Hypoalbuminemia low       | lab.albumin         | g/L    | 40  | 55   |      | 40=0 39.9=1 30=1 29.9=2 20=2 19.9=3
5.0 6.0 | Hypoalbuminemia low       | lab.albumin         | g/dL   | 4.0 | 5.5  | 2.5  | 4.0=0 3.9=1 3.0=1 2.9=2 2.0=2 1.9=3
5.0 6.0 | Hypertriglyceridemia high | lab.triglyceride    | mmol/L |     |      |      | 1.70=0 1.71=1 3.42=1 3.43=2 5.7=2 5.71=3 11.4=3 11.41=4
5.0 6.0 | Hypertriglyceridemia high | lab.triglyceride    | mg/dL  |     |      | 200  | 149=0 150=1 300=1 301=2 500=2 501=3 1000=3 1001=4
"""

OBSERVED = """
ctcae   | term                                                   | concept           | unit | base | grades
--------+--------------------------------------------------------+-------------------+------+------+--------------------------
5.0 6.0 | Electrocardiogram QT corrected interval prolonged high | obs.qtc           | ms   |      | 449=0 450=1 480=1 481=2 500=2 501=3
5.0 6.0 | Electrocardiogram QT corrected interval prolonged high | obs.qtc           | s    | 0.46 | 0.449=0 0.45=1 0.48=1 0.481=2 0.5=2 0.501=3
5.0 6.0 | Electrocardiogram QT corrected interval prolonged high | obs.qtc           | ms   | 380  | 440=0 441=3
5.0 6.0 | Electrocardiogram QT corrected interval prolonged high | obs.qtc           | ms   | none | 440=?no-baseline 501=3
5.0     | Ejection fraction decreased low                        | obs.lvef          | %    |      | 51=0 50=2 40=2 39.9=3 20=3 19.9=4
5.0     | Ejection fraction decreased low                        | obs.lvef          | 1    | 0.7  | 0.61=0 0.60=2 0.51=2 0.50=3 0.2=3 0.19=4
5.0     | Ejection fraction decreased low                        | obs.lvef          | %    | none | 60=?no-baseline 19=4
6.0     | Left ventricular dysfunction low                       | obs.lvef          | %    |      | 50=0 49=?needs-person 39=3
6.0     | Left ventricular dysfunction low                       | obs.lvef          | 1    | 0.55 | 0.5=0 0.49=?needs-person 0.45=2 0.4=2 0.39=3
6.0     | Left ventricular dysfunction low                       | obs.lvef          | %    | 35   | 36=?needs-person 35=?needs-person 34=3
5.0 6.0 | Fever high                                             | vital.temperature | Cel  |      | 37.9=0 38.0=1 39.0=1 39.1=2 40.0=2 40.1=?needs-person
5.0 6.0 | Fever high                                             | vital.temperature |[degF]| 101  | 100.3=0 100.4=1 102.2=1 102.3=2 104=2 104.1=?needs-person
"""

TABLES = (HAEMATOLOGY, COAGULATION, LIVER, KIDNEY, ELECTROLYTES, METABOLISM, OBSERVED)

#: The terms of the two versions that numbers speak of: name, code in the NCI Thesaurus, and the name in 6.0 where it has
#: another one ("-" where the term is gone).
TERMS = """
Neutrophil count decreased|C143704|
Lymphocyte count decreased|C143662|Lymphopenia
White blood cell decreased|C143948|
Platelet count decreased|C143764|Thrombocytopenia
Anemia|C143283|
CD4 lymphocytes decreased|C143357|
Alanine aminotransferase increased|C143267|
Aspartate aminotransferase increased|C143301|
Blood bilirubin increased|C143325|
Alkaline phosphatase increased|C143269|
GGT increased|C143516|
Blood lactate dehydrogenase increased|C143218|
Creatinine increased|C143391|
Chronic kidney disease|C143369|
Proteinuria|C146758|Urinary protein increased
INR increased|C143590|
Activated partial thromboplastin time prolonged|C143261|
Fibrinogen decreased|C143486|
Hyperkalemia|C143554|
Hypokalemia|C143569|
Hypernatremia|C143556|
Hyponatremia|C143571|
Hypercalcemia|C143551|
Hypocalcemia|C143565|
Hypermagnesemia|C143555|
Hypomagnesemia|C143570|
Hyperglycemia|C143552|
Hypoglycemia|C143567|
Hypoalbuminemia|C143564|
Hypertriglyceridemia|C143562|
Lipase increased|C143652|
Serum amylase increased|C143829|
CPK increased|C143389|-
Electrocardiogram QT corrected interval prolonged|C143437|
Ejection fraction decreased|C143436|Left ventricular dysfunction
Fever|C143485|
"""
#: A term of both versions that two results together speak of: it is not graded from one.
TOGETHER = ("Febrile neutropenia", "C143481")
