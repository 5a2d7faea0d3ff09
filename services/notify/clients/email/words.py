"""The words of mails, in each language. Every language has the same keys; a test sees to it."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "incident_opened": "We have your request",
        "incident_opened_lead": "Thank you. We have logged it as {number} and will get back to you.",
        "incident_opened_unverified": "We received a message from this address and logged it as {number}.",
        "replied": "New reply",
        "replied_lead": "{actor} replied:",
        "answered": "The client has answered",
        "answered_lead": "{actor} wrote:",
        "assigned": "Assigned to you",
        "assigned_lead": "{number} for {tenant} is now yours.",
        "resolved": "Resolved – please confirm",
        "resolved_lead": "We believe this is solved:",
        "resolved_ask": "Please confirm, or reopen it if it is not. Without an answer it closes by itself.",
        "canceled": "Canceled",
        "canceled_lead": "{number} was canceled.",
        "reopened": "Reopened",
        "reopened_lead": "{number} for {tenant} was reopened.",
        "reopened_client": "Reopened",
        "reopened_client_lead": "{number} was reopened: it is being worked on again.",
        "closed": "Closed",
        "closed_lead": "{number} was closed.",
        "closed_ask": "Is it not solved after all? You can reopen it for a while.",
        "closed_by_silence": "Closed",
        "closed_by_silence_lead": "We heard nothing more about {number} and have closed it.",
        "closed_by_silence_ask": "Is it not solved after all? You can reopen it for a while.",
        "merged": "Continued in {into}",
        "merged_lead": "{number} is about the same as {into}. We go on with both there; your answers arrive there too.",
        "unmerged": "Continued on its own",
        "unmerged_lead": "{number} is not the same as {into} after all. We go on with it on its own, as before.",
        "answer_confirm": "Yes, it is solved",
        "answer_reopen": "No, it is not solved",
        "answer_rate": "How did we do?",
        "target_warned": "At risk: {target}",
        "target_warned_lead": "{number} for {tenant}: {target} is due {due}.",
        "target_breached": "Breached: {target}",
        "target_breached_lead": "{number} for {tenant}: {target} was due {due}.",
        "first_response": "first response",
        "resolution": "resolution",
        "view": "View {number}",
        "reply_hint": "You can answer this mail; your answer joins {number}.",
        "your_words": "Your message",
        "somebody": "Somebody",
        "attached": "Attached files, to be read where you view the incident:",
    },
    "fr": {
        "incident_opened": "Nous avons bien reçu votre demande",
        "incident_opened_lead": "Merci. Elle est enregistrée sous {number} ; nous revenons vers vous.",
        "incident_opened_unverified": (
            "Nous avons reçu un message de cette adresse, enregistré sous {number}."
        ),
        "replied": "Nouvelle réponse",
        "replied_lead": "{actor} a répondu :",
        "answered": "Le client a répondu",
        "answered_lead": "{actor} a écrit :",
        "assigned": "Vous est attribué",
        "assigned_lead": "{number} pour {tenant} vous est attribué.",
        "resolved": "Résolu – merci de confirmer",
        "resolved_lead": "Nous pensons que c’est résolu :",
        "resolved_ask": (
            "Merci de confirmer, ou de rouvrir si ce n’est pas le cas. Sans réponse, la demande se ferme d’elle-même."
        ),
        "canceled": "Annulé",
        "canceled_lead": "{number} a été annulé.",
        "reopened": "Rouvert",
        "reopened_lead": "{number} pour {tenant} a été rouvert.",
        "reopened_client": "Rouvert",
        "reopened_client_lead": "{number} a été rouvert : nous y travaillons de nouveau.",
        "closed": "Clos",
        "closed_lead": "{number} a été clos.",
        "closed_ask": "Ce n’est finalement pas résolu ? Vous pouvez encore le rouvrir quelque temps.",
        "closed_by_silence": "Clos",
        "closed_by_silence_lead": "Sans nouvelles de votre part, nous avons clos {number}.",
        "closed_by_silence_ask": "Ce n’est finalement pas résolu ? Vous pouvez encore le rouvrir quelque temps.",
        "merged": "Suite dans {into}",
        "merged_lead": (
            "{number} concerne la même chose que {into}. Nous y traitons les deux ; vos réponses y arrivent aussi."
        ),
        "unmerged": "Suivi à part",
        "unmerged_lead": (
            "{number} ne concerne finalement pas la même chose que {into}. Nous le traitons de nouveau à part."
        ),
        "answer_confirm": "Oui, c’est résolu",
        "answer_reopen": "Non, ce n’est pas résolu",
        "answer_rate": "Votre avis sur notre aide",
        "target_warned": "À risque : {target}",
        "target_warned_lead": "{number} pour {tenant} : échéance de {target} {due}.",
        "target_breached": "Dépassé : {target}",
        "target_breached_lead": "{number} pour {tenant} : {target} était dû {due}.",
        "first_response": "première réponse",
        "resolution": "résolution",
        "view": "Voir {number}",
        "reply_hint": "Vous pouvez répondre à ce message ; votre réponse rejoint {number}.",
        "your_words": "Votre message",
        "somebody": "Quelqu’un",
        "attached": "Fichiers joints, à consulter avec la demande :",
    },
}


def words_in(locale: str) -> Mapping[str, str]:
    """The words of a BCP 47 language, English where there is no other."""
    return WORDS.get(locale.split("-")[0].split("_")[0].lower(), WORDS["en"])
