"""sekmet-fhir on a port: ``python -m tests.live.sekmet_server SETTINGS PORT``.

It stores trial resources and answers to questionnaires but does not search them, so their R4 search parameters are added
before it starts.
"""

import sys

import uvicorn
from sekmet.config import load_settings
from sekmet.fhir.search_params import PARAMS, SearchParam
from sekmet.main import create_app

ADDED = {
    "ResearchStudy": "identifier:token:identifier title:string:title status:token:status",
    "ResearchSubject": "identifier:token:identifier status:token:status study:reference:study"
    " individual:reference:individual patient:reference:individual",
    "QuestionnaireResponse": "identifier:token:identifier status:token:status questionnaire:uri:questionnaire"
    " authored:date:authored subject:reference:subject patient:reference:subject author:reference:author",
    "AdverseEvent": "subject:reference:subject study:reference:study date:date:date event:token:event",
}


def main(settings: str, port: str) -> None:
    for kind, words in ADDED.items():
        split = [word.split(":") for word in words.split()]
        PARAMS.setdefault(kind, {}).update({name: SearchParam(name, type_, (path,)) for name, type_, path in split})
    app = create_app(load_settings(settings))
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", access_log=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
