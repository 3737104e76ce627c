// The templates that are used until Management changes them.

import type { MessageLanguage, MessageTemplate } from '@gonsters/contract';

export const DEFAULT_TEMPLATES: Readonly<Record<MessageLanguage, MessageTemplate>> = {
  en: {
    subject: '{{headline}}',
    body: `{{headline}}
Location: {{location}}
Since: {{since}}
Raised: {{raises}} times since {{first_raised}}
Worst value: {{peak}}
Cleared: {{cleared_at}}
Note: {{acknowledge_note}}
What to do: {{response}}
Time to respond: {{time_to_respond}}
Cause: {{cause}}
If nobody responds: {{consequence}}
{{note}}
Acknowledge (works once, for 24 hours): {{acknowledge_url}}
Details: {{alert_url}}
Chart at that moment: {{chart_url}}`,
  },
  id: {
    subject: '{{headline}}',
    body: `{{headline}}
Lokasi: {{location}}
Sejak: {{since}}
Muncul: {{raises}} kali sejak {{first_raised}}
Nilai terburuk: {{peak}}
Kembali normal: {{cleared_at}}
Catatan: {{acknowledge_note}}
Yang harus dilakukan: {{response}}
Waktu untuk bertindak: {{time_to_respond}}
Penyebab: {{cause}}
Jika tidak ada yang bertindak: {{consequence}}
{{note}}
Konfirmasi (berlaku satu kali, selama 24 jam): {{acknowledge_url}}
Rincian: {{alert_url}}
Grafik pada saat itu: {{chart_url}}`,
  },
};
