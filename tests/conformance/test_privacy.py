"""Nothing of the patient is copied that nobody needs: names, numbers, addresses and birth dates stay in the Patient."""

from tests.conformance.conftest import ROOT, Resources, read, texts


def test_who_a_patient_is_stands_in_no_resource(written: Resources) -> None:
    """No name, identifier, telephone number, address or birth date of any patient is in what is written."""
    patients = [one for one in read(ROOT / "samples" / "hospital") if one["resourceType"] == "Patient"]
    secrets = {str(one["birthDate"]) for one in patients if len(one.get("birthDate", "")) == 10}
    for patient in patients:
        told = [patient.get(part, []) for part in ("name", "telecom", "address")]
        secrets |= {text for text in texts(told) if len(text) > (3 if text.isascii() else 1)}
        secrets |= {one["value"] for one in patient.get("identifier", [])}
    secrets -= {"official", "usual", "home", "work", "mobile", "phone"}
    assert len(secrets) > len(patients)
    everything = "\n".join(text for resource in written for text in texts(resource))
    assert [secret for secret in sorted(secrets) if secret in everything] == []
