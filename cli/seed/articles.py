"""What Northstar's technicians have written down, for clients and for themselves."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Article:
    """audience: "all_clients", "internal", or "named_clients" with slugs. body is Markdown."""

    locale: str
    title: str
    summary: str
    body: str
    categories: tuple[str, ...]
    audience: str = "all_clients"
    tenants: tuple[str, ...] = ()


ARTICLES = (
    Article(
        "en",
        "VPN disconnects again and again: what to check",
        "Short breaks in the VPN usually come from Wi-Fi power saving or an old client.",
        """The VPN is only as steady as the line below it. Try these in order; each takes a minute.

1. **Plug in a cable** if you can. If the VPN then stays up, the Wi-Fi is the cause.
2. **Turn off power saving for Wi-Fi**: Device Manager → Network adapters → your adapter → Power management.
3. **Look at the client's version**: it must be 5.1 or newer. Software Center → Northstar VPN → Update.
4. **Hotel or café?** Choose *Connection over HTTPS* in the client's settings.

If it still drops, report a problem and say **since when**, **how often**, and **from where** you work.
That saves a round of questions.
""",
        ("network",),
    ),
    Article(
        "en",
        "Outlook keeps asking for your password",
        "Remove the saved credentials once; Outlook then signs in afresh.",
        """Outlook asks again when Windows offers it an old password.

1. Close Outlook.
2. Open **Credential Manager** (Start, type *credential*) → **Windows Credentials**.
3. Remove every entry that begins with `MicrosoftOffice` or names your mail address.
4. Start Outlook and sign in once.

Did you change your password today? Phones and tablets need the new one too. One of them with the old password
locks the account after a few minutes.
""",
        ("email", "access"),
    ),
    Article(
        "en",
        "Reset a forgotten password and unlock your account",
        "Do it yourself in two minutes with your second factor.",
        """Go to the **password page** on the sign-in screen (*Forgot password?*), name your work address, and confirm
with your phone. Choose at least 14 characters; a short sentence is easier to remember than a riddle.

No phone at hand? Ask a colleague to open this portal and report a problem **in your name**, with a number where we
can reach you. We call back to make sure that it is you.
""",
        ("access",),
    ),
    Article(
        "en",
        "I opened a suspicious mail: what now?",
        "Disconnect, do not switch off, tell us at once.",
        """1. **Disconnect** from the network: pull the cable, turn Wi-Fi off.
2. **Do not switch the machine off** and do not delete the mail: we need both.
3. **Call or report a problem** with *phishing* in the title. It is handled as urgent around the clock.
4. Did you type your password? Change it **from another device**.

Nobody is blamed for reporting. The only wrong thing is to wait.
""",
        ("security",),
    ),
    Article(
        "en",
        "The printer prints blank or faded pages",
        "Most often a seal left on the toner, or eco mode.",
        """- A **new toner** has a strip that must be pulled out completely.
- **Eco mode** prints pale: Settings → General → Eco → Off.
- **Label printers**: the ribbon's matt side must face the label. Clean the head with the pen from the box.

If a test page (menu → Reports → Test page) is blank as well, report it with the name on the printer's sticker.
""",
        ("printing", "hardware"),
    ),
    Article(
        "en",
        "Ask for a computer and accounts for a new colleague",
        "Five working days ahead, with name, start date and role.",
        """Tell us: **name**, **first day**, **role or whom they follow**, **place of work**, and which **applications**
they need. With five working days' notice everything is on the desk in time: laptop, accounts, second factor and a
half-hour introduction on day one.
""",
        ("onboarding",),
    ),
    Article(
        "en",
        "Handling a P1: the first fifteen minutes",
        "Acknowledge, tell the client, open the bridge, write down times.",
        """1. **Acknowledge** the incident, so that others see that it is in hand.
2. **Answer publicly** within the first response target: what we know, what we do, when we write next.
3. **Open the bridge** and name who leads and who writes.
4. **Hold nothing** while you wait for a vendor unless the contract pauses for vendors; say whom you await and why.
5. Write times into internal notes as they happen. The review needs them.
""",
        ("server", "network"),
        audience="internal",
    ),
    Article(
        "en",
        "Acme: depot network map and vendor contacts",
        "Which line serves which depot, and whom to call at night.",
        """Each depot has two lines; the second takes over by itself within a minute. The carrier's fault desk answers
around the clock and asks for the **circuit number on the grey box**. Bays 1–6 hang on switch A, 7–12 on switch B.
""",
        ("network",),
        audience="named_clients",
        tenants=("acme",),
    ),
    Article(
        "fr",
        "Le VPN se déconnecte sans cesse : que vérifier",
        "Les coupures brèves viennent souvent du Wi-Fi ou d’un client trop ancien.",
        """Le VPN vaut ce que vaut la ligne. Essayez dans cet ordre :

1. **Branchez un câble** si possible. Si le VPN tient, le Wi-Fi est en cause.
2. **Désactivez l’économie d’énergie du Wi-Fi** : Gestionnaire de périphériques → Cartes réseau → Gestion de l’alimentation.
3. **Vérifiez la version du client** : 5.1 au moins, par le Centre logiciel.
4. **À l’hôtel ?** Choisissez *Connexion par HTTPS* dans les réglages.

Si cela continue, signalez le problème en précisant **depuis quand**, **à quelle fréquence** et **d’où** vous travaillez.
""",
        ("network",),
    ),
    Article(
        "fr",
        "Mot de passe oublié ou compte verrouillé",
        "Réinitialisez-le vous-même en deux minutes avec votre téléphone.",
        """Sur l’écran de connexion, choisissez **Mot de passe oublié ?**, indiquez votre adresse professionnelle et
confirmez avec votre téléphone. Quatorze caractères au moins : une courte phrase se retient mieux qu’une énigme.

Sans téléphone, demandez à un collègue de signaler un problème **en votre nom** avec un numéro où vous joindre.
""",
        ("access",),
    ),
    Article(
        "fr",
        "J’ai ouvert un courriel suspect : que faire ?",
        "Déconnectez, n’éteignez pas, prévenez-nous tout de suite.",
        """1. **Déconnectez** l’ordinateur du réseau.
2. **Ne l’éteignez pas** et gardez le courriel.
3. **Signalez** avec le mot *hameçonnage* dans le titre : c’est traité en urgence, jour et nuit.
4. Mot de passe saisi ? Changez-le **depuis un autre appareil**.

Personne n’est blâmé pour avoir prévenu.
""",
        ("security",),
    ),
    Article(
        "fr",
        "Demander un poste et des comptes pour une nouvelle recrue",
        "Cinq jours ouvrés à l’avance, avec le nom, la date et le rôle.",
        """Indiquez le **nom**, le **premier jour**, le **rôle**, le **lieu** et les **applications** nécessaires. Avec cinq
jours ouvrés, tout est prêt le matin même : ordinateur, comptes, second facteur et une demi-heure d’accueil.
""",
        ("onboarding",),
    ),
    Article(
        "fr",
        "Le Wi-Fi est lent",
        "Rapprochez-vous, oubliez puis rejoignez le réseau, comparez avec un câble.",
        """- **Rapprochez-vous** d’une borne (plafonnier blanc) : deux murs suffisent à tout ralentir.
- **Oubliez** le réseau puis **rejoignez-le**.
- Préférez le réseau en *5G* s’il est proposé.
- Comparez avec un **câble** : si c’est lent aussi, ce n’est pas le Wi-Fi ; dites-le en signalant le problème.
""",
        ("network",),
    ),
)
