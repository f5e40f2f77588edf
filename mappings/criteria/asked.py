"""Every result that a clause asks for. Results of other tests are of no use to the screening and are set aside unread.

A test compares this list with the clause functions, so that no result they ask for is ever left out.
"""

from typing import Final

RESULTS: Final = frozenset(
    """
    lab.acl_iga lab.acl_igg lab.acl_igm lab.alt lab.ana_presence lab.ana_presence_if lab.ana_quant
    lab.ana_titer lab.anti_b2gp1_iga lab.anti_b2gp1_igg lab.anti_b2gp1_igm lab.anti_dsdna_presence
    lab.anti_dsdna_quant lab.anti_dsdna_titer lab.anti_sm_presence lab.anti_sm_quant lab.ast
    lab.bilirubin_total_mass lab.bilirubin_total_molar lab.c3 lab.c4 lab.creatinine_mass lab.creatinine_molar
    lab.creatinine_unspecified_mass_or_molar lab.dat lab.drvvt lab.egfr_ckdepi2021 lab.egfr_ckdepi_older
    lab.egfr_cr_cys_2021 lab.egfr_mdrd lab.egfr_unspecified lab.haptoglobin lab.hbcab_igm lab.hbcab_total
    lab.hbsag_confirm lab.hbsag_qual lab.hbsag_quant lab.hbv_dna_qual lab.hbv_dna_quant_copies
    lab.hbv_dna_quant_iu lab.hcg_serum_qual lab.hcg_serum_quant lab.hcg_urine_qual lab.hcg_urine_quant
    lab.hcv_ab lab.hcv_ab_immunoblot lab.hcv_ab_signal_cutoff lab.hcv_rna_log lab.hcv_rna_qual
    lab.hcv_rna_quant_copies lab.hcv_rna_quant_iu lab.hemoglobin_mass lab.hemoglobin_molar lab.hiv_ab
    lab.hiv_ag_ab_combo lab.hiv_p24_ag lab.hiv_rna lab.inr lab.ldh lab.lupus_anticoagulant lab.neutrophil_abs
    lab.platelet lab.pt_seconds lab.reticulocyte_abs lab.reticulocyte_pct lab.syphilis_fta
    lab.syphilis_reagin_other lab.syphilis_rpr lab.syphilis_treponemal_agglutination
    lab.syphilis_treponemal_hemagglutination lab.syphilis_treponemal_immunoassay lab.upcr_12h_mass_ratio
    lab.upcr_24h_mass_ratio lab.upcr_24h_ratio lab.upcr_mass_ratio lab.upcr_ratio_unspecified
    lab.urine_protein_24h_mass lab.wbc obs.glomeruli obs.glomerulosclerosis_pct obs.isn_rps_class obs.lvef
    obs.pregnancy_intention obs.pregnancy_status vital.heart_rate vital.sbp vital.temperature vital.weight
    """.split()
)
